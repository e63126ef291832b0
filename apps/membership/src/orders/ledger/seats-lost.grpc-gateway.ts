import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ProvisioningService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { withoutIdleSteps } from '#libs/time';
import type { LoweredItem, SeatsLost } from '../domain/seats-at-stake.js';
import { SeatsLostCounts } from './seats-lost.gateway.js';

/** Where provisioning listens, host:port. */
export class ProvisioningAddress {
  constructor(readonly address: string) {}
}

@Injectable()
export class SeatsLostGateway extends SeatsLostCounts implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof ProvisioningService>;

  constructor({ address }: ProvisioningAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('provisioning'));
    this.client = createRpcClient(ProvisioningService, { address, token });
  }

  async countLost(membershipId: string, lowered: readonly LoweredItem[]): Promise<SeatsLost[]> {
    const answers = await Promise.all(
      lowered.map(async ({ itemCode, bounds }) => {
        const { held, lost } = await this.client.countSeatsLost({
          membershipId,
          itemCode,
          timeline: withoutIdleSteps(bounds).map(({ from, quantity }) => ({
            from,
            ordered: quantity,
          })),
        });
        return { itemCode, held, lost };
      }),
    );
    return answers.filter(({ lost }) => lost > 0);
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
