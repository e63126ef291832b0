import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BillingService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { type LocalDate, localDate } from '#libs/time';
import { InvoicedDays } from './invoiced-days.gateway.js';

/** Where billing listens, host:port. */
export class BillingAddress {
  constructor(readonly address: string) {}
}

@Injectable()
export class BillingInvoicedDays extends InvoicedDays implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof BillingService>;

  constructor({ address }: BillingAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('billing'));
    this.client = createRpcClient(BillingService, { address, token });
  }

  async invoicedUntil(marketCode: string): Promise<LocalDate | undefined> {
    const { invoicedUntil } = await this.client.getInvoicedUntil({ marketCode });
    return invoicedUntil === '' ? undefined : localDate(invoicedUntil);
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
