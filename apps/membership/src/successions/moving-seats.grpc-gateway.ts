import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ProvisioningService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { ProvisioningAddress } from '../orders/ledger/orders.module.js';
import { MovingSeats, type SeatsHeld } from './moving-seats.gateway.js';

@Injectable()
export class MovingSeatsGateway extends MovingSeats implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof ProvisioningService>;

  constructor({ address }: ProvisioningAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('provisioning'));
    this.client = createRpcClient(ProvisioningService, { address, token });
  }

  async heldBy(membershipId: string): Promise<SeatsHeld[]> {
    const { seats } = await this.client.getSeats({ membershipId });
    return seats.map(({ itemCode, held, schools }) => ({
      itemCode,
      held,
      schools: schools.map((school) => ({ uai: school.uai, held: school.held })),
    }));
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
