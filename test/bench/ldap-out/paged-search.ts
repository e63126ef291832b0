import { spawn } from 'node:child_process';

export type Server = {
  readonly port: number;
  readonly bindDn: string;
  readonly secret: string;
  readonly baseDn: string;
};

/** What a member's client asks for, page by page. */
const attributes = [
  ...['uid', 'cn', 'sn', 'givenName', 'displayName', 'objectClass', 'ENTPersonJointure'],
  ...['ENTPersonProfils', 'ENTPersonStructRattach', 'ENTPersonFonctions'],
];

/** `ldapsearch -E pr=500` of everybody below a base, over LDAPS; how many entries came. Throws where it does not end well. */
export function pagedSearch({ port, bindDn, secret, baseDn }: Server): Promise<number> {
  const as = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', `ldaps://127.0.0.1:${port}`];
  const asked = ['-D', bindDn, '-w', secret, '-b', baseDn, '-E', 'pr=500/noprompt'];
  const client = spawn('ldapsearch', [...as, ...asked, '(objectClass=ENTPerson)', ...attributes], {
    // Both servers sign for themselves.
    env: { ...process.env, LDAPTLS_REQCERT: 'allow' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let entries = 0;
  // An entry begins with a line `dn: `; of what came, as much stays as may be the beginning of one.
  let rest = '\n';
  let told = '';
  client.stdout.setEncoding('latin1').on('data', (chunk: string) => {
    const text = rest + chunk;
    for (let at = text.indexOf('\ndn: '); at >= 0; at = text.indexOf('\ndn: ', at + 1))
      entries += 1;
    rest = text.slice(-4);
  });
  client.stderr.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
  return new Promise((resolve, reject) => {
    client.once('error', reject);
    client.once('close', (status) => {
      if (status === 0) resolve(entries);
      else reject(new Error(`ldapsearch ${status}: ${told.slice(0, 500)}`));
    });
  });
}
