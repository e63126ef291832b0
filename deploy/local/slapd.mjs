// OpenLDAP as the directory of an invented academy: for tests, and for the story that is played with a whole academy.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inRoot } from './paths.mjs';

const suffix = 'dc=academie,dc=test';
const rootDn = `cn=racine,${suffix}`;
const rootPassword = 'racine';
const supportFile = (name) => inRoot('test/support/slapd', name);
const days = '365';

/** Debian keeps the server where only root looks. */
export const slapdEnv = {
  ...process.env,
  PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/usr/local/sbin`,
};

/**
 * Certificates, configuration and first entries in an empty folder: the tree, and what `ldif` adds to it.
 * @param {{ folder: string, ldif?: string, limits?: string, stamps?: boolean, flushes?: boolean }} options `limits`: of all
 *   searches; `stamps`: whether entries tell when they were changed; `flushes`: whether each change is on the disk at once
 */
export function prepareSlapd({
  folder,
  ldif = '',
  limits = 'unlimited',
  stamps = true,
  flushes = true,
}) {
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

const configFile = (folder) => join(folder, 'slapd.conf');

/** Arguments of the server of a prepared folder, in the foreground. */
export function slapdArguments(folder, { port, tlsPort }) {
  const listen = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`;
  return ['-d', '0', '-f', configFile(folder), '-h', listen];
}

/** What whoever reads it is told, beside its ports; the certificate is for `localhost`. */
export const readerOf = (folder) => ({
  caFile: join(folder, 'ca.pem'),
  bindDn: `cn=lecture,${suffix}`,
  passwordFile: join(folder, 'password'),
  peopleDn: `ou=people,${suffix}`,
  structuresDn: `ou=structures,${suffix}`,
});

/** Changes entries as the academy would. @param {'ldapmodify' | 'ldapadd'} command */
export function changeEntries(command, port, ldif, ...options) {
  const as = ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', rootDn, '-w', rootPassword];
  execFileSync(command, [...options, ...as], {
    env: slapdEnv,
    input: ldif,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

const configuration = (folder, { limits, stamps, flushes }) => `
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

function certificates(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
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
