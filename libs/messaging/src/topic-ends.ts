import type { Admin } from 'kafkajs';
import type { Logger } from '#libs/observability';
import { createKafka, type KafkaAddress } from './kafka-client.js';

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

  async of(topic: string): Promise<PartitionEnds[]> {
    const admin = await this.connected();
    const offsets = await admin.fetchTopicOffsets((this.address.namespace ?? '') + topic);
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
