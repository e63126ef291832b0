import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OperationsService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { type Logger, loggerToken } from '#libs/observability';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import {
  AccountFactsSource,
  type HeldUpAtSource,
  nothingIsHeldUp,
} from './account-facts-source.gateway.js';

/** Where provisioning listens, host:port. */
export class ProvisioningAddress {
  constructor(readonly address: string) {}
}

/** Well under what billing waits for one answer of ours. */
const deadlineMs = 2_000;

/** Accounts are provisioning's: it says of itself what it has set aside and no longer reads. */
@Injectable()
export class ProvisioningFactsSource extends AccountFactsSource implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof OperationsService>;

  constructor(
    { address }: ProvisioningAddress,
    tokens: ServiceTokens,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    super();
    const token = () => tokens.token(audienceOf('provisioning'));
    this.client = createRpcClient(OperationsService, { address, token });
  }

  async heldUp(): Promise<HeldUpAtSource> {
    try {
      const { topics } = await this.client.getStatus({}, { deadlineMs });
      return {
        setAsideAtSource: Number(topics.reduce((sum, { parked }) => sum + parked, 0n)),
        stoppedAtSource: topics.reduce((sum, { stopped }) => sum + stopped, 0),
      };
    } catch (error) {
      this.logger.warn({ err: error }, 'provisioning cannot say why days are not told');
      return nothingIsHeldUp;
    }
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
