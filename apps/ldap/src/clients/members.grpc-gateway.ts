import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LdapAccountService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { Addresses } from './addresses.js';

/** Which account opens what: membership decides, at each bind and at each search. */
@Injectable()
export class MembersGateway implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof LdapAccountService>;

  constructor({ membership }: Addresses, tokens: ServiceTokens) {
    const token = () => tokens.token(audienceOf('membership'));
    this.client = createRpcClient(LdapAccountService, { address: membership, token });
  }

  /** Throws RemoteProblem LDAP_ACCOUNT_REFUSED. */
  async bind(membershipId: string, secret: string): Promise<{ readonly secretId: string }> {
    const { secretId } = await this.client.authenticateLdapAccount({ membershipId, secret });
    return { secretId };
  }

  /** The schools that the member finances today. Throws RemoteProblem LDAP_ACCOUNT_REFUSED once it is closed. */
  async scopeOf(membershipId: string, secretId: string): Promise<readonly string[]> {
    const { uais } = await this.client.getLdapScope({ membershipId, secretId });
    return uais;
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
