import { execFile } from 'node:child_process';

/** Without a certificate it is asked in clear, as only a server of the test itself is. */
export type LdapServer = { readonly port: number; readonly certificateFile?: string };
/** Neither: nobody in particular. */
export type LdapLogin = { readonly dn?: string; readonly secret?: string };

/** `ldapsearch` of OpenLDAP, over LDAPS with the certificate verified: its status, and LDIF without comments. */
export function ldapsearch(
  { port, certificateFile }: LdapServer,
  { dn, secret }: LdapLogin,
  ...args: string[]
): Promise<{ readonly status: number; readonly out: string; readonly error: string }> {
  const as = [...(dn === undefined ? [] : ['-D', dn]), ...(secret ? ['-w', secret] : [])];
  // By its address: OpenLDAP takes `localhost` for the machine's own name, which the certificate does not bear.
  const scheme = certificateFile === undefined ? 'ldap' : 'ldaps';
  const at = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', `${scheme}://127.0.0.1:${port}`];
  const env = { ...process.env, LDAPTLS_CACERT: certificateFile, LDAPTLS_REQCERT: 'demand' };
  return new Promise((resolve) => {
    execFile(
      'ldapsearch',
      [...at, ...as, ...args],
      { env, timeout: 60_000, maxBuffer: 64e6 },
      (error, out, told) =>
        resolve({ status: error ? Number(error.code ?? -1) : 0, out, error: told }),
    );
  });
}

export const dnsIn = (ldif: string): string[] =>
  [...ldif.matchAll(/^dn: (.*)$/gm)].map(([, dn]) => dn!);
