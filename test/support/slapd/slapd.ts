import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { wholeOrNothing } from '#libs/testing';

const here = join('test', 'support', 'slapd');
const suffix = 'dc=academie,dc=test';
const env = {
  ...process.env,
  // Debian keeps the server where only root looks.
  PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/usr/local/sbin`,
};

export type Slapd = {
  readonly port: number;
  readonly tlsPort: number;
  /** Where the certificates, secrets and settings of a test may lie. */
  readonly folder: string;
  /** The authority that signed the server's certificate (for `localhost`), and one that did not. */
  readonly caFile: string;
  readonly otherCaFile: string;
  readonly bindDn: string;
  readonly passwordFile: string;
  /** Changes entries as the academy would, with LDIF. */
  modify(ldif: string): void;
  /** Adds entries that bear their own stamps, as a replica would. */
  add(ldif: string): void;
  stop(): Promise<void>;
};

/** A real OpenLDAP of its own, with the invented staff and what `ldif` adds. `limits`: of all searches; `stamps`: whether entries tell when they were changed. */
export const startSlapd = (options: Options = {}): Promise<Slapd> =>
  wholeOrNothing((begun) => start(options, begun));

type Options = { readonly ldif?: string; readonly limits?: string; readonly stamps?: boolean };

async function start(
  { ldif = '', limits = 'unlimited', stamps = true }: Options,
  begun: (end: () => unknown) => void,
): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'slapd-'));
  begun(() => rmSync(folder, { recursive: true, force: true }));
  certificates(folder);
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'password'), 'service\n', { mode: 0o600 });
  writeFileSync(
    join(folder, 'all.ldif'),
    `${readFileSync(join(here, 'staff.ldif'), 'utf8')}\n${ldif}`,
  );
  writeFileSync(join(folder, 'slapd.conf'), configuration(folder, limits, stamps));
  const config = join(folder, 'slapd.conf');
  execFileSync('slapadd', ['-q', '-f', config, '-l', join(folder, 'all.ldif')], { env });
  const [port, tlsPort] = [await freePort(), await freePort()];
  const listen = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`;
  const server = spawn('slapd', ['-d', '0', '-f', config, '-h', listen], { env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const stop = async () => {
    server.kill();
    await ended;
  };
  begun(stop);
  await listening(port, () => server.exitCode !== null);
  return {
    ...{ port, tlsPort, folder, bindDn: `cn=lecture,${suffix}` },
    caFile: join(folder, 'ca.pem'),
    otherCaFile: join(folder, 'other.pem'),
    passwordFile: join(folder, 'password'),
    modify: (changes) => change('ldapmodify', port, changes),
    add: (entries) => change('ldapadd', port, entries, '-e', '!relax'),
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function change(command: string, port: number, ldif: string, ...options: string[]): void {
  const as = ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', `cn=racine,${suffix}`, '-w', 'racine'];
  execFileSync(command, [...options, ...as], {
    env,
    input: ldif,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

/** Entries of teachers in numbers, from 0. */
export function teachers(count: number): string {
  return Array.from({ length: count }, (_, n) =>
    [
      `dn: uid=prof${n},ou=people,${suffix}`,
      'objectClass: ENTPerson',
      'objectClass: ENTAuxEnseignant',
      `uid: prof${n}`,
      `cn: Prof ${n}`,
      `sn: Nom${n}`,
      `givenName: Prof`,
      `ENTPersonJointure: AC-TEST$${100_000 + n}`,
      'ENTPersonStructRattach: 0440290B',
      '',
    ].join('\n'),
  ).join('\n');
}

const configuration = (folder: string, limits: string, stamps: boolean) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include ${join(process.cwd(), here, 'ent.schema')}
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
rootdn "cn=racine,${suffix}"
rootpw racine
lastmod ${stamps ? 'on' : 'off'}
access to * by dn.exact="cn=lecture,${suffix}" read by anonymous auth by * none
index objectClass eq
limits dn.exact="cn=lecture,${suffix}" ${limits === 'unlimited' ? 'size=unlimited time=unlimited' : limits}
`;

function certificates(folder: string): void {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const name of ['ca', 'other'])
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
    );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-days',
    '2',
    '-extfile',
    'names',
    '-out',
    'server.pem',
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address!.port : 0));
    });
  });
}

/** Waits until it answers; patience for a loaded machine. */
async function listening(port: number, hasEnded: () => boolean): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until && !hasEnded()) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('slapd did not start');
}
