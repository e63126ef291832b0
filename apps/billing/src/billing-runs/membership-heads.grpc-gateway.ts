import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { MembershipService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import type { LedgerHead } from '../members/members.module.js';
import { MembershipAddress } from '../membership-address.js';
import { MembershipHeads } from './membership-heads.gateway.js';

@Injectable()
export class MembershipHeadsGateway extends MembershipHeads implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof MembershipService>;

  constructor({ address }: MembershipAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('membership'));
    this.client = createRpcClient(MembershipService, { address, token });
  }

  async ofMarket(marketCode: string): Promise<LedgerHead[]> {
    const { heads } = await this.client.listLedgerHeads({ marketCode });
    return heads.map((head) => ({
      membershipId: head.membershipId,
      membershipVersion: head.membershipVersion,
      ledgerHead: head.ledgerHead,
    }));
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
