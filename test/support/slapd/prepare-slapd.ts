// OpenLDAP as the directory of an invented academy: for tests, and for the story that is played with a whole academy.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const suffix = 'dc=academie,dc=test';
const rootDn = `cn=racine,${suffix}`;
const rootPassword = 'racine';
/** The schema and the entries lie beside the sources. */
const supportFile = (name: string) => join(process.cwd(), 'test', 'support', 'slapd', name);
const days = '365';

/** Debian keeps the server where only root looks. */
export const slapdEnv = {
  ...process.env,
  PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/usr/local/sbin`,
};

/** Certificates, configuration and first entries in an empty folder: the tree, and what `ldif` adds to it. */
export function prepareSlapd(options: {
  readonly folder: string;
  readonly ldif?: string;
  /** Of all searches. */
  readonly limits?: string;
  /** Whether entries tell when they were changed. */
  readonly stamps?: boolean;
  /** Whether each change is on the disk at once. */
  readonly flushes?: boolean;
}): void {
  const { folder, ldif = '', limits = 'unlimited', stamps = true, flushes = true } = options;
  certificates(folder);
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'password'), 'service\n', { mode: 0o600 });
  writeFileSync(
    join(folder, 'all.ldif'),
    `${readFileSync(supportFile('tree.ldif'), 'utf8')}\n${ldif}`,
  );
  const config = configFile(folder);
  writeFileSync(config, configuration(folder, { limits, stamps, flushes }));
  execFileSync('slapadd', ['-q', '-f', config, '-l', join(folder, 'all.ldif')], { env: slapdEnv });
}

const configFile = (folder: string) => join(folder, 'slapd.conf');

/** Arguments of the server of a prepared folder, in the foreground. */
export function slapdArguments(
  folder: string,
  { port, tlsPort }: { readonly port: number; readonly tlsPort: number },
): string[] {
  const listen = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`;
  return ['-d', '0', '-f', configFile(folder), '-h', listen];
}

/** What whoever reads it is told, beside its ports; the certificate is for `localhost`. */
export const readerOf = (folder: string) => ({
  caFile: join(folder, 'ca.pem'),
  bindDn: `cn=lecture,${suffix}`,
  passwordFile: join(folder, 'password'),
  peopleDn: `ou=people,${suffix}`,
  structuresDn: `ou=structures,${suffix}`,
});

/** Changes entries as the academy would. */
export function changeEntries(
  command: 'ldapmodify' | 'ldapadd',
  port: number,
  ldif: string,
  ...options: string[]
): void {
  const as = ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', rootDn, '-w', rootPassword];
  execFileSync(command, [...options, ...as], {
    env: slapdEnv,
    input: ldif,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

/** The people and schools of the academy are these from now on. */
export function replaceEntries(port: number, ldif: string): void {
  const as = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-D', rootDn, '-w', rootPassword];
  const kinds = '(|(objectClass=ENTPerson)(objectClass=ENTEtablissement))';
  const found = execFileSync(
    'ldapsearch',
    [...as, '-H', `ldap://127.0.0.1:${port}`, '-b', suffix, kinds, '1.1'],
    { env: slapdEnv, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  const gone = found.split('\n').filter((line) => line.startsWith('dn:'));
  const removals = gone.map((dn) => `${dn}\nchangetype: delete\n`).join('\n');
  if (removals !== '') changeEntries('ldapmodify', port, removals);
  changeEntries('ldapadd', port, ldif);
}

const configuration = (
  folder: string,
  { limits, stamps, flushes }: { limits: string; stamps: boolean; flushes: boolean },
) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include ${supportFile('ent.schema')}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/pid
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
TLSCACertificateFile ${folder}/ca.pem
database mdb
suffix "${suffix}"
directory ${folder}/data
maxsize 1073741824
${flushes ? '' : 'dbnosync'}
rootdn "${rootDn}"
rootpw ${rootPassword}
lastmod ${stamps ? 'on' : 'off'}
access to * by dn.exact="cn=lecture,${suffix}" read by anonymous auth by * none
index objectClass eq
limits dn.exact="cn=lecture,${suffix}" ${limits === 'unlimited' ? 'size=unlimited time=unlimited' : limits}
`;

function certificates(folder: string): void {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other']) {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`];
    openssl('req', '-x509', ...key, '-days', days, ...files);
  }
  const files = ['-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost'];
  openssl('req', ...key, ...files);
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', days, '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem');
}
