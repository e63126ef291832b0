import type { Admin } from 'kafkajs';
import type { Logger } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { createKafka, type KafkaAddress } from './kafka-client.js';

/** The broker does not say where its logs end: just started, or gone for a moment. Ask again. */
export class BrokerUnavailable extends DomainError {
  readonly code = 'BROKER_UNAVAILABLE';
  readonly kind = 'unavailable';
  constructor(cause: unknown) {
    super(
      'Le système de messages est momentanément indisponible. Réessayez dans quelques instants.',
    );
    this.cause = cause;
  }
}

export type PartitionEnds = {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
};

/** Where the logs begin and end, as the broker says at this moment. One connection, opened when first asked. */
export class TopicEnds {
  private admin: Admin | undefined;
  private connecting: Promise<Admin> | undefined;

  constructor(
    private readonly clientId: string,
    private readonly address: KafkaAddress,
    private readonly logger: Logger,
  ) {}

  /** Throws BrokerUnavailable. */
  async of(topic: string): Promise<PartitionEnds[]> {
    const name = (this.address.namespace ?? '') + topic;
    const offsets = await this.connected()
      .then((admin) => admin.fetchTopicOffsets(name))
      .catch((error: unknown) => {
        throw new BrokerUnavailable(error);
      });
    return offsets
      .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
      .sort((left, right) => left.partition - right.partition);
  }

  async close(): Promise<void> {
    await this.admin?.disconnect();
    this.admin = undefined;
  }

  private connected(): Promise<Admin> {
    if (this.admin) return Promise.resolve(this.admin);
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async connect(): Promise<Admin> {
    const admin = createKafka(this.clientId, this.address, this.logger).admin({
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500 },
    });
    await admin.connect();
    admin.on(admin.events.DISCONNECT, () => {
      if (this.admin === admin) this.admin = undefined;
    });
    this.admin = admin;
    return admin;
  }
}
