import type { Logger } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { BrokerConnections } from './broker-connections.js';
import { createKafka, type KafkaAddress } from './kafka-client.js';
import { type IdentifyingAdmin, identifyingAdmin, type LogBounds } from './topic-ids.js';

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
  /** Another one after its topic was made anew; undefined: the broker gives none. */
  readonly topicId?: string | undefined;
};

/**
 * Every service reads the ends of its topics every few seconds. kafkajs may wait minutes for a frozen broker (30 s a
 * request, with retries), so silence is judged by the last answer and not by an error.
 */
export const brokerSilentAfterMs = 40_000;

/** Where the logs begin and end, as the broker says at this moment. One connection, opened when first asked. */
export class TopicEnds {
  private identifying: IdentifyingAdmin | undefined;
  private connecting: Promise<IdentifyingAdmin> | undefined;
  private readonly connections = new BrokerConnections();
  private isClosed = false;
  private answeredAtMs = performance.now();

  constructor(
    private readonly clientId: string,
    private readonly address: KafkaAddress,
    private readonly logger: Logger,
    private readonly silentAfterMs = brokerSilentAfterMs,
  ) {}

  /** The fault of a broker that has not answered for too long, or undefined. */
  silence(): string | undefined {
    const sinceMs = performance.now() - this.answeredAtMs;
    if (sinceMs <= this.silentAfterMs) return undefined;
    return `BROKER_SILENT no answer for ${Math.round(sinceMs / 1_000)} s`;
  }

  /** Throws BrokerUnavailable. */
  async of(topic: string): Promise<PartitionEnds[]> {
    const name = (this.address.namespace ?? '') + topic;
    const { topicId, offsets } = await this.ask(name).catch((error: unknown) => {
      throw new BrokerUnavailable(error);
    });
    this.answeredAtMs = performance.now();
    return endsOf(offsets, topicId);
  }

  /**
   * Of several topics with three requests in all: who looks several times a second spares the broker. Where that fails they
   * are asked one by one, with kafkajs' patience. Throws BrokerUnavailable.
   */
  async ofAll(
    topics: readonly string[],
  ): Promise<{ readonly topic: string; readonly partitions: PartitionEnds[] }[]> {
    const namespace = this.address.namespace ?? '';
    const names = topics.map((topic) => namespace + topic);
    try {
      const { topicIds, logBounds } = await this.connected();
      const ids = await topicIds(names);
      const bounds = await logBounds(names);
      this.answeredAtMs = performance.now();
      return topics.map((topic) => ({
        topic,
        partitions: endsOf(bounds.get(namespace + topic) ?? [], ids.get(namespace + topic)),
      }));
    } catch {
      return Promise.all(
        topics.map(async (topic) => ({ topic, partitions: await this.of(topic) })),
      );
    }
  }

  /** The id first: of a topic made anew in between, the former id with the new ends is found out at the next look. */
  private async ask(name: string) {
    const { admin, topicIds } = await this.connected();
    const ids = await topicIds([name]);
    return { topicId: ids.get(name), offsets: await admin.fetchTopicOffsets(name) };
  }

  /** For good: who is waiting for an answer then is refused, and nothing is connected any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.connections.cut();
    await this.identifying?.admin.disconnect();
    this.identifying = undefined;
  }

  private connected(): Promise<IdentifyingAdmin> {
    if (this.identifying) return Promise.resolve(this.identifying);
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async connect(): Promise<IdentifyingAdmin> {
    if (this.isClosed) throw new Error('closed');
    const { clientId, address, logger, connections } = this;
    const identifying = identifyingAdmin(createKafka(clientId, address, logger, connections), {
      retry: { retries: connections.retries(2), initialRetryTime: 100, maxRetryTime: 500 },
    });
    const { admin } = identifying;
    await admin.connect();
    if (this.isClosed) {
      await admin.disconnect();
      throw new Error('closed');
    }
    admin.on(admin.events.DISCONNECT, () => {
      if (this.identifying === identifying) this.identifying = undefined;
    });
    this.identifying = identifying;
    return identifying;
  }
}

const endsOf = (bounds: readonly LogBounds[], topicId: string | undefined): PartitionEnds[] =>
  bounds
    .map(({ partition, low, high }) => ({
      ...{ partition, topicId },
      ...{ low: BigInt(low), high: BigInt(high) },
    }))
    .sort((left, right) => left.partition - right.partition);
