import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BillingService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { type Logger, loggerToken } from '#libs/observability';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import type { SeatPrice } from './domain/year-cents.js';
import { SeatPrices } from './seat-prices.gateway.js';

/** Where billing listens, host:port. */
export class BillingAddress {
  constructor(readonly address: string) {}
}

/** Who reads a plan waits for its figures, not for its price. */
const deadlineMs = 1_500;

@Injectable()
export class BillingSeatPrices extends SeatPrices implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof BillingService>;

  constructor(
    { address }: BillingAddress,
    tokens: ServiceTokens,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    super();
    const token = () => tokens.token(audienceOf('billing'));
    this.client = createRpcClient(BillingService, { address, token });
  }

  async ofMarkets(marketCodes: readonly string[]): Promise<readonly SeatPrice[]> {
    try {
      const { prices } = await this.client.listSeatPrices(
        { marketCodes: [...marketCodes] },
        { deadlineMs },
      );
      return prices.map(({ marketCode, itemCode, unitPriceTenThousandths }) => ({
        ...{ marketCode, itemCode, unitPrice: BigInt(unitPriceTenThousandths) },
      }));
    } catch (error) {
      this.logger.warn({ err: error }, 'billing cannot say what seats cost');
      return [];
    }
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
