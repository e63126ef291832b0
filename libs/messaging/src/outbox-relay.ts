import type { Message, Producer } from 'kafkajs';
import pg from 'pg';
import { headers } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import { createKafka, type KafkaAddress } from './kafka-client.js';
import { keyPartitioner } from './partition-of.js';

export type OutboxRelayOptions = KafkaAddress & {
  readonly service: string;
  readonly databaseUrl: string;
  /** Rows sent at once. */
  readonly rowsMax?: number;
  /** Bytes sent at once (a topic takes batches of 4 MiB). */
  readonly bytesMax?: number;
};

/**
 * Publishes the outbox in order. One relay per database is active (an advisory lock held by its own
 * connection); another takes over when the holder dies. It stores which rows go next, and under which
 * numbers, before sending: after a crash the same rows go again under the same numbers, and consumers
 * drop what they have. Rows are taken from the start each time: a cursor would overtake a late commit.
 */
export class OutboxRelay {
  private readonly rowsMax: number;
  private readonly bytesMax: number;
  private stopping = false;
  private running: Promise<void> | undefined;
  private wakeUp: () => void = () => undefined;
  private lastWrite = 0;

  constructor(
    private readonly options: OutboxRelayOptions,
    private readonly logger: Logger,
  ) {
    this.rowsMax = options.rowsMax ?? 5_000;
    this.bytesMax = options.bytesMax ?? 3_000_000;
  }

  /** Returns at once; PostgreSQL and Kafka may come up later. */
  start(): void {
    this.running ??= this.runUntilStopped();
  }

  /** The batch on its way is finished first. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp();
    await this.running;
  }

  /** This process has written: look soon and often for a moment, instead of rarely. */
  wake(): void {
    this.lastWrite = performance.now();
    this.wakeUp();
  }

  private async runUntilStopped(): Promise<void> {
    for (let failures = 0; !this.stopping; failures += 1) {
      const begun = performance.now();
      try {
        await this.runOnce();
      } catch (error) {
        this.logger.error({ err: error }, 'outbox relay interrupted, it starts again');
        if (performance.now() - begun > 60_000) failures = 0;
        await this.rest(Math.min(200 * 2 ** failures, 5_000));
      }
    }
  }

  /** One connection to each side, until the end or a fault. */
  private async runOnce(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: `ent-${this.options.service}-relay`,
      keepAlive: true,
      options: '-c timezone=UTC -c lock_timeout=5s',
    });
    client.on('error', (error) => this.logger.warn({ err: error }, 'outbox relay lost PostgreSQL'));
    const producer = this.createProducer();
    try {
      await client.connect();
      if (!(await this.becomeActive(client))) return;
      await producer.connect();
      await this.relay(client, producer);
    } finally {
      await Promise.allSettled([client.end(), producer.disconnect()]);
    }
  }

  private createProducer(): Producer {
    const { service } = this.options;
    return createKafka(`ent-${service}-relay`, this.options, this.logger).producer({
      createPartitioner: keyPartitioner,
      allowAutoTopicCreation: false,
      idempotent: true,
      maxInFlightRequests: 1,
      retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
  }

  private async becomeActive(client: pg.Client): Promise<boolean> {
    while (!this.stopping) {
      const { rows } = await client.query<{ mine: boolean }>(
        'select pg_try_advisory_lock(7271, 2) as mine',
      );
      if (rows[0]?.mine) return true;
      await this.rest(500);
    }
    return false;
  }

  private async relay(client: pg.Client, producer: Producer): Promise<void> {
    const state = await readState(client);
    let { nextSeq, ids } = state;
    let smallInARow = 0;
    while (!this.stopping) {
      const rows = ids ? await readRows(client, ids) : await this.takeRows(client);
      if (rows.length === 0 && ids === undefined) {
        smallInARow = 0;
        await this.waitForWrites();
        continue;
      }
      if (ids === undefined) {
        ids = rows.map((row) => row.id);
        await client.query({
          name: 'relay-fix',
          text: 'update platform.relay_state set ids = $1',
          values: [ids],
        });
      }
      await producer.sendBatch({
        acks: -1,
        topicMessages: this.byTopic(rows, nextSeq, state.epoch),
      });
      nextSeq += BigInt(rows.length);
      await forget(client, ids, nextSeq, rows);
      ids = undefined;
      smallInARow = rows.length < smallBatchMax ? smallInARow + 1 : 0;
      if (smallInARow > 0) await this.gather(smallInARow);
    }
  }

  private async takeRows(client: pg.Client): Promise<OutboxRow[]> {
    const { rows } = await client.query<OutboxRow>({
      name: 'relay-take',
      text: `select ${columns} from platform.outbox order by id limit $1`,
      values: [this.rowsMax],
      types: asText,
    });
    let bytes = 0;
    // The first row goes in any case, however large.
    const end = rows.findIndex(
      (row, index) => (bytes += bytesOf(row)) > this.bytesMax && index > 0,
    );
    return end < 0 ? rows : rows.slice(0, end);
  }

  private byTopic(rows: readonly OutboxRow[], firstSeq: bigint, epoch: string) {
    const messages = new Map<string, Message[]>();
    let seq = firstSeq;
    for (const row of rows) {
      let list = messages.get(row.topic);
      if (list === undefined) messages.set(row.topic, (list = []));
      list.push(toMessage(row, seq, epoch));
      seq += 1n;
    }
    const namespace = this.options.namespace ?? '';
    return [...messages].map(([topic, list]) => ({ topic: namespace + topic, messages: list }));
  }

  /** 5 ms soon after a write of this process, then ever longer, up to 250 ms: other processes may write too. */
  private async waitForWrites(): Promise<void> {
    const idleMs = performance.now() - this.lastWrite;
    await this.rest(Math.min(Math.max(5, idleMs / 20), 250));
  }

  /**
   * A batch costs more than the events of a small one: two writes here, the broker, and a transaction for each partition
   * in every consumer. So under a stream of small ones the next gathers for a while, longer as it goes on; what comes
   * after a silence goes at once.
   */
  private async gather(smallInARow: number): Promise<void> {
    await this.rest(Math.min(gatherStepMs * smallInARow, gatherMaxMs), { undisturbed: true });
  }

  /** Until a write of this process, or so long; undisturbed: so long, unless the relay is stopped. */
  private async rest(ms: number, { undisturbed = false } = {}): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        if (undisturbed && !this.stopping) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Of so many rows a batch pays for itself. */
const smallBatchMax = 500;
const gatherStepMs = 20;
const gatherMaxMs = 200;

type OutboxRow = {
  readonly id: string;
  readonly event_id: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly value: string | null;
  readonly occurred_at: string;
  readonly business_date: string;
  readonly causation: string | null;
  readonly traceparent: string | null;
};

const columns =
  'id, event_id, topic, type, key, value, occurred_at, business_date, causation, traceparent';

// Texts go to the record as PostgreSQL writes them: parsing dates and numbers would only cost time.
const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

async function readState(client: pg.Client) {
  const { rows } = await client.query<{ epoch: string; next_seq: string; ids: string[] | null }>(
    'select epoch::text, next_seq::text, ids::text[] from platform.relay_state',
  );
  const state = rows[0];
  if (!state) throw new Error('platform.relay_state has no row: migrate the database');
  return { epoch: state.epoch, nextSeq: BigInt(state.next_seq), ids: state.ids ?? undefined };
}

async function readRows(client: pg.Client, ids: readonly string[]): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRow>({
    text: `select ${columns} from platform.outbox where id = any($1::bigint[]) order by id`,
    values: [ids],
    types: asText,
  });
  if (rows.length !== ids.length) throw new Error('rows on their way are no longer in the outbox');
  return rows;
}

async function forget(
  client: pg.Client,
  ids: readonly string[],
  nextSeq: bigint,
  rows: readonly OutboxRow[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const { topic } of rows) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  await client.query({
    name: 'relay-forget',
    text: `with gone as (delete from platform.outbox where id = any($1::bigint[])),
      counted as (insert into platform.produced (topic, events)
        select * from unnest($3::text[], $4::bigint[])
        on conflict (topic) do update set events = produced.events + excluded.events)
      update platform.relay_state set ids = null, next_seq = $2`,
    values: [ids, nextSeq, [...counts.keys()], [...counts.values()]],
  });
}

function toMessage(row: OutboxRow, seq: bigint, epoch: string): Message {
  const envelope: Record<string, string> = {
    [headers.id]: row.event_id,
    [headers.type]: row.type,
    [headers.aggregate]: row.key,
    // '2026-11-25 01:17:00.123+00' as an instant of ISO 8601
    [headers.occurredAt]: `${row.occurred_at.slice(0, 10)}T${row.occurred_at.slice(11, -3)}Z`,
    [headers.businessDate]: row.business_date,
    [headers.seq]: seq.toString(),
    [headers.epoch]: epoch,
  };
  if (row.causation !== null) envelope[headers.causation] = row.causation;
  if (row.traceparent !== null) envelope[headers.traceparent] = row.traceparent;
  return { key: row.key, value: row.value === null ? null : fromHex(row.value), headers: envelope };
}

const fromHex = (value: string): Buffer => Buffer.from(value.slice(2), 'hex');

/** An estimate: two hexadecimal digits a byte, and about 250 bytes of envelope. */
const bytesOf = (row: OutboxRow): number =>
  (row.value === null ? 0 : row.value.length / 2) + row.type.length + 2 * row.key.length + 250;
