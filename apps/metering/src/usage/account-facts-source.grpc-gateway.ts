import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OperationsService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { type Logger, LOGGER } from '#libs/observability';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { type LocalDate } from '#libs/time';
import { AccountFactsSource, type SourceStanding } from './account-facts-source.gateway.js';

/** Where provisioning listens, host:port. */
export class ProvisioningAddress {
  constructor(readonly address: string) {}
}

/** Well under what billing waits for one answer of ours. */
const deadlineMs = 2_000;

/** Accounts are provisioning's: it says of itself whether it is quiet (MKT-4). */
@Injectable()
export class ProvisioningFactsSource extends AccountFactsSource implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof OperationsService>;

  constructor(
    { address }: ProvisioningAddress,
    tokens: ServiceTokens,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
    const token = () => tokens.token(audienceOf('provisioning'));
    this.client = createRpcClient(OperationsService, { address, token });
  }

  async standingBefore(day: LocalDate): Promise<SourceStanding> {
    try {
      const status = await this.client.getStatus({}, { deadlineMs });
      const waiting = status.consumerLag + status.workPending + status.outboxPending;
      const setAside = status.topics.reduce((sum, { parked }) => sum + parked, 0n);
      return {
        hasStatedAll: status.businessDate >= day && waiting === 0n,
        setAside: Number(setAside),
      };
    } catch (error) {
      this.logger.warn({ err: error }, 'provisioning cannot say whether it is quiet: not complete');
      return { hasStatedAll: false, setAside: 0 };
    }
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
