import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LooksService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { Addresses } from './addresses.js';

/** The journal of looks (SUP-2), which the console keeps: while it cannot be written, nobody is shown. */
@Injectable()
export class LooksGateway implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof LooksService>;

  constructor({ console: address }: Addresses, tokens: ServiceTokens) {
    const token = () => tokens.token(audienceOf('console'));
    this.client = createRpcClient(LooksService, { address, token });
  }

  async record(look: {
    readonly membershipId: string;
    readonly question: string;
    readonly personIds: readonly string[];
  }): Promise<void> {
    await this.client.recordLdapLook({ ...look, personIds: [...look.personIds] });
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
