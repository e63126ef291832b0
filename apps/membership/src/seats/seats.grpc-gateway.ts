import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { plain, ProvisioningService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { DomainError } from '#libs/problems';
import { createRpcClient, type RpcClient, ServiceUnavailable } from '#libs/rpc';
import { withoutIdleSteps } from '#libs/time';
import type { SeatsHeld } from '#libs/trade';
import { Seats } from './seats.gateway.js';

/** Where provisioning listens, host:port. */
export class ProvisioningAddress {
  constructor(readonly address: string) {}
}

@Injectable()
export class ProvisioningSeats extends Seats implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof ProvisioningService>;

  constructor({ address }: ProvisioningAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('provisioning'));
    this.client = createRpcClient(ProvisioningService, { address, token });
  }

  async heldBy(membershipId: string): Promise<SeatsHeld[]> {
    const { seats } = await this.client.getSeats({ membershipId }).catch(unavailable);
    return seats.map(plain);
  }

  async countLost(membershipId: string, lowered: Parameters<Seats['countLost']>[1]) {
    const answers = await Promise.all(
      lowered.map(async ({ itemCode, bounds }) => {
        const steps = withoutIdleSteps(bounds);
        const timeline = steps.map(({ from, quantity }) => ({ from, ordered: quantity }));
        const asked = { membershipId, itemCode, timeline };
        const { held, lost } = await this.client.countSeatsLost(asked).catch(unavailable);
        return { itemCode, held, lost };
      }),
    );
    return answers.filter(({ lost }) => lost > 0);
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}

/** A fault of provisioning is a refusal too: it waits until the caller's rights were judged (orRefusal). */
function unavailable(error: unknown): never {
  throw error instanceof DomainError ? error : new ServiceUnavailable('provisioning', error);
}
