import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { LdapAccountService, LooksService, StaffService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient } from '#libs/rpc';
import type { Stack } from '../../../deploy/local/stack.mjs';

/** What the LDAP process alone may ask: each once, by `askAsLdap`. */
export const rpcsOfLdap = [
  'LdapAccountService.authenticateLdapAccount',
  'LdapAccountService.getLdapScope',
  'LooksService.recordLdapLook',
  'StaffService.listStaff',
  'StaffService.nameSchools',
] as const;

type Account = { readonly membershipId: string; readonly secret: string };

/** What the services answer to the LDAP process itself about one open account: its schools, and one of their staff. */
export async function askAsLdap(stack: Stack, { membershipId, secret }: Account) {
  const secrets = JSON.parse(readFileSync(join(stack.dir, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  const clientSecret = secrets['client-ldap']!;
  const tokens = new ServiceTokens({ issuer: stack.issuerUrl, clientId: 'ldap', clientSecret });
  const clients: { close(): void }[] = [];
  const open = <Service extends DescService>(service: Service, name: string) => {
    const client = createRpcClient(service, {
      address: stack.env[`${name.toUpperCase()}_RPC`]!,
      token: () => tokens.token(audienceOf(name)),
    });
    clients.push(client);
    return client;
  };
  try {
    const accounts = open(LdapAccountService, 'membership');
    const directory = open(StaffService, 'directory');
    const { secretId } = await accounts.authenticateLdapAccount({ membershipId, secret });
    const { uais } = await accounts.getLdapScope({ membershipId, secretId });
    const { staff } = await directory.listStaff({ uais, pageSize: 1 });
    const { schools } = await directory.nameSchools({ uais });
    const personIds = staff.map(({ personId }) => personId);
    await open(LooksService, 'console').recordLdapLook({
      ...{ membershipId, personIds, question: '(uid=?)' },
    });
    return { uais, personIds, named: schools.map(({ uai }) => uai) };
  } finally {
    for (const client of clients) client.close();
  }
}
