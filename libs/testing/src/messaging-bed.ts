import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  AccountMovedSchema,
  AccountStateChangedSchema,
  event,
  type NewEvent,
  type Topic,
  topicNamed,
  topics,
} from '#libs/contracts';
import {
  BatchConsumer,
  type BatchConsumerOptions,
  type BatchConsumerParts,
  BatchContext,
  BusinessDayKeeper,
  type Consumption,
  createKafka,
  createTopics,
  type DayHandler,
  OutboxRelay,
  type OutboxRelayOptions,
  partitionOf,
  PgOutbox,
  type ProvenMessage,
  proveRecords,
  type ReceivedEvent,
  TopicEnds,
} from '#libs/messaging';
import { createLogger, type Logger } from '#libs/observability';
import type { Transaction, UnitOfWork } from '#libs/persistence';
import { testKeyRing, testSigningKey } from './fact-keys.js';
import { freshDatabase, required, type FreshDatabase } from './fresh-database.js';
import { patience } from './patience.js';
import { wholeOrNothing } from './whole-or-nothing.js';

export type Effect = {
  readonly eventId: string;
  readonly key: string;
  readonly type: string;
  readonly sequence: string | null;
  readonly day: string;
};

/** Handlers of the bed: what a test wants to do beside recording the effect. */
export type BedHandler = (events: readonly ReceivedEvent[], tx: Transaction) => Promise<void>;

type BedParts = Pick<Partial<BatchConsumerParts>, 'keyRing' | 'owners'> & {
  readonly dayHandlers?: readonly DayHandler[];
  readonly unitOfWork?: UnitOfWork;
  /** Days begin by it; without one, as a test plays them. */
  readonly clock?: () => Date;
};

type BedMessage = {
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  /** null as well, which the protocol knows and the type of kafkajs does not. */
  readonly headers?: Record<string, Buffer | string | (Buffer | string | null)[] | null>;
  readonly partition?: number;
};

const accountTopic = topics.account.name;
/** A log costs the broker some milliseconds to make, and the contracts know of dozens. */
const smallSet = [topics.account, topics.calendar, topics.person];
/** What is waited for is looked at ever more rarely: each look costs statements, which hold up what is waited for. */
const firstLookMs = 20;
const lastLookMs = 100;
const effectTable = `
  create table effect (n bigint generated always as identity primary key,
    event_id uuid not null, key text not null, type text not null, sequence bigint, day text not null);
  grant select, insert on effect to public; grant usage on all sequences in schema public to public`;

/**
 * A database, topics of its own on the shared broker, relays and consumers as a test wants them. The
 * consumer records each event in `effect`, which has no unique key: an effect made twice is visible.
 */
export class MessagingBed {
  readonly accountTopic = accountTopic;
  private readonly open: (() => Promise<unknown>)[] = [];
  private readonly relays: OutboxRelay[] = [];
  /** Of records that were sent proven, by place and number. */
  private readonly digests = new Map<string, string>();

  private constructor(
    readonly fresh: FreshDatabase,
    readonly owner: pg.Client,
    readonly namespace: string,
    readonly brokers: readonly string[],
    readonly logger: Logger,
    private readonly topics: readonly Topic[],
  ) {}

  /** With the topics that most tests of messaging need; a service's own tests name those of the service. */
  static async start(wanted: readonly Topic[] = smallSet): Promise<MessagingBed> {
    return wholeOrNothing(async (begun) => {
      const brokers = required('KAFKA_BROKERS').split(',');
      const namespace = `test-${randomUUID().slice(0, 8)}-`;
      const logger = createLogger('test', process.env['TEST_LOG_LEVEL'] ?? 'silent');
      // The broker makes its logs while the database is emptied.
      const made = createTopics({ brokers, namespace, replication: 1, topics: wanted }, logger);
      made.catch(() => undefined); // awaited below
      const fresh = await freshDatabase('platform', { poolMax: 12, also: effectTable });
      begun(() => fresh.drop());
      const owner = new pg.Client({ connectionString: fresh.ownerUrl, application_name: 'bed' });
      owner.on('error', () => undefined);
      begun(() => owner.end());
      await owner.connect();
      await made;
      return new MessagingBed(fresh, owner, namespace, brokers, logger, wanted);
    });
  }

  /** Those that are missing, served before it returns. */
  async createTopics(wanted = this.topics): Promise<void> {
    const { brokers, namespace, logger } = this;
    await createTopics({ brokers, namespace, replication: 1, topics: wanted }, logger);
  }

  /** The broker refuses larger record batches of the topic of accounts from now on. */
  limitRecords(bytes: number): Promise<void> {
    return this.configure('max.message.bytes', String(bytes));
  }

  /** Of the topic of accounts. The controller has it at once, the broker only when it has read that from its log. */
  async configure(name: string, value: string): Promise<void> {
    const admin = this.admin();
    await admin.connect();
    // 2: a topic
    const topic = { type: 2, name: this.namespace + accountTopic };
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...topic, configEntries: [{ name, value }] }],
    });
    await this.until(`the broker has ${name}`, async () => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ ...topic, configNames: [name] }],
      });
      return resources[0]?.configEntries[0]?.configValue === value;
    });
    await admin.disconnect();
  }

  /** Moves the calendar and writes events in one transaction, through the real outbox; the relays are told, as in a service. */
  async emit(day: string, ...events: readonly NewEvent[]): Promise<void> {
    await this.fresh.unitOfWork.run(async (tx) => {
      await this.begin(tx, day);
      await new PgOutbox().add(tx, ...events);
    });
    for (const relay of this.relays) relay.wake();
  }

  /** What its owner tells, dated as it says, whatever is in it and whatever day the bed stands at: by the relay, once it has gone. */
  async tell(businessDate: string, ...events: readonly NewEvent[]): Promise<void> {
    for (const { topic, type, key, value, causation } of events)
      await this.owner.query(
        `insert into platform.outbox (event_id, topic, type, key, value, causation, occurred_at, business_date)
         values ($1, $2, $3, $4, $5, $6, clock_timestamp(), $7)`,
        [randomUUID(), topic, type, key, value, causation, businessDate],
      );
    for (const relay of this.relays) relay.wake();
    await this.untilSent();
  }

  async begin(tx: Transaction, day: string): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(7271, 1)');
    await tx.query(
      'select platform.begin_day($1) from platform.business_day where day is null or day < $1',
      [day],
    );
  }

  relay(options: Partial<OutboxRelayOptions> = {}): OutboxRelay {
    const relay = new OutboxRelay(
      {
        service: 'test',
        brokers: this.brokers,
        namespace: this.namespace,
        databaseUrl: this.fresh.url,
        signingKey: testSigningKey,
        ...options,
      },
      this.logger,
    );
    this.open.push(() => relay.stop());
    this.relays.push(relay);
    relay.start();
    return relay;
  }

  /** A consumer whose handlers record the effect, then do what the test wants. Started by `listen`. */
  consumer(
    handler: BedHandler = () => Promise.resolve(),
    options: Partial<BatchConsumerOptions> & BedParts = {},
  ): BatchConsumer {
    const consumes: Consumption = options.consumes ?? {
      [accountTopic]: { handles: [AccountStateChangedSchema, AccountMovedSchema] },
    };
    const address = { brokers: this.brokers, namespace: this.namespace };
    const ends = new TopicEnds('test', address, this.logger);
    const consumer = new BatchConsumer(
      // The owner of the calendar does not follow it: the bed moves the day itself.
      { service: 'membership', checkPositionsEveryMs: 250, ...address, ...options, consumes },
      {
        database: this.fresh.database,
        unitOfWork: options.unitOfWork ?? this.fresh.unitOfWork,
        days: new BusinessDayKeeper(() => options.dayHandlers ?? [], options.clock),
        logger: this.logger,
        ends,
        keyRing: options.keyRing ?? testKeyRing,
        ...(options.owners && { owners: options.owners }),
      },
    );
    for (const schema of Object.values(consumes).flatMap((entry) => entry.handles ?? [])) {
      consumer.addHandler(
        schema.typeName,
        async (events: ReceivedEvent[], context?: BatchContext) => {
          if (!context) throw new RangeError('a batch has a context');
          await recordEffects(context.tx, events);
          await handler(events, context.tx);
        },
        true,
      );
    }
    this.open.push(async () => {
      await consumer.close();
      await ends.close();
    });
    return consumer;
  }

  listen(consumer: BatchConsumer): Promise<void> {
    return new Promise((resolve, reject) => {
      consumer.listen((error) => (error ? reject(error as Error) : resolve()));
    });
  }

  /**
   * Records with the numbers that they state and the owner's proof, past outbox and relay: each is proven by itself, and
   * continues the record with the number before it.
   */
  async sendProven(topic: string, messages: readonly BedMessage[]): Promise<void> {
    const partitions = topicNamed(topic)?.partitions ?? 1;
    const sent: BedMessage[] = [];
    for (const message of messages) {
      const partition = message.partition ?? partitionOf(message.key ?? '', partitions);
      const place = `${topic}/${partition}`;
      const header = (name: string) => String(message.headers?.[name]);
      const { rows } = await this.owner.query<{ digest: string }>(
        'select digest from platform.last_number where topic = $1 and partition = $2 and seq::text = $3',
        [topic, partition, header('prev')],
      );
      const before =
        this.digests.get(`${place} ${header('prev')}`) ?? rows[0]?.digest ?? '0'.repeat(64);
      const proven = { ...message, partition, headers: { ...message.headers } };
      const compacted = topicNamed(topic)?.keeps === 'STATE';
      const digest = proveRecords(
        { topic, partition, compacted },
        [proven as ProvenMessage],
        before,
        testSigningKey.current(),
      );
      // A second record with one number is continued by nobody, nor is one whose numbers make no sense.
      const isNumbered = ['seq', 'prev', 'epoch'].every((name) => /^\d+$/.test(header(name)));
      const number = `${place} ${header('seq')}`;
      if (isNumbered && !this.digests.has(number)) this.digests.set(number, digest);
      sent.push(proven);
    }
    await this.send(topic, sent);
  }

  /**
   * Records straight to the broker, past outbox and relay, and so without a number: as a stranger writes. A part that
   * must be sent again doubles no other.
   * One without a key goes to partition 0: sent again, kafkajs would choose another, and the numbers would not fit.
   */
  async send(topic: string, messages: BedMessage[]): Promise<void> {
    const kafka = createKafka('test', { brokers: this.brokers }, this.logger);
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({
      topic: this.namespace + topic,
      messages: messages.map((one) => (one.key === null ? { partition: 0, ...one } : one)) as never,
    });
    await producer.disconnect();
  }

  admin() {
    return createKafka('test', { brokers: this.brokers }, this.logger).admin();
  }

  async effects(): Promise<Effect[]> {
    const { rows } = await this.owner.query<Effect>(
      'select event_id as "eventId", key, type, sequence::text, day from effect order by n',
    );
    return rows;
  }

  /** One row, as the owner sees it. */
  async row<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row> {
    const { rows } = await this.owner.query<Row>(text, values);
    const row = rows[0];
    if (!row) throw new Error(`no row: ${text}`);
    return row;
  }

  /** What is unavailable for a moment is asked again, as a caller would. */
  async until(
    what: string,
    holds: () => Promise<boolean> | boolean,
    withinMs = 40_000,
  ): Promise<void> {
    const deadline = performance.now() + withinMs * patience;
    const asked = async () => {
      try {
        return await holds();
      } catch (error) {
        if ((error as { kind?: string }).kind !== 'unavailable') throw error;
        return false;
      }
    };
    for (let lookAgainMs = firstLookMs; !(await asked()); lookAgainMs *= 1.25) {
      if (performance.now() > deadline)
        throw new Error(`still not so after ${withinMs} ms: ${what}`);
      await sleep(Math.min(lookAgainMs, lastLookMs));
    }
  }

  /** The numbers of an account's changes that had their effect, in that order. */
  async sequencesOf(key: string): Promise<number[]> {
    const effects = await this.effects();
    return effects.filter((one) => one.key === key).map(({ sequence }) => Number(sequence));
  }

  async pending(): Promise<number> {
    return (await this.row<{ n: number }>('select count(*)::int as n from platform.outbox')).n;
  }

  async untilSent(): Promise<void> {
    await this.untilPending(0);
  }

  async untilPending(count: number): Promise<void> {
    const holds = async () => (await this.pending()) === count;
    await this.until(`the outbox has ${count} rows`, holds);
  }

  async untilEffects(count: number, withinMs?: number): Promise<void> {
    const made = async () =>
      (await this.row<{ n: number }>('select count(*)::int as n from effect')).n;
    await this.until(`${count} effects`, async () => (await made()) >= count, withinMs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.open.map((close) => close()));
    const admin = this.admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(this.namespace));
    await admin.deleteTopics({ topics });
    await admin.disconnect();
    await this.owner.end();
    await this.fresh.drop();
  }
}

/** An account's nth change, told apart by its sequence. */
export function accountChange(key: string, sequence: number, padding = 0): NewEvent {
  const failureCode = 'x'.repeat(padding);
  return event(AccountStateChangedSchema, key, { accountId: key, sequence, failureCode });
}

/** An account's nth change, of another type on the same topic. */
export function accountMove(key: string, sequence: number): NewEvent {
  return event(AccountMovedSchema, key, { accountId: key, sequence });
}

export async function recordEffects(
  tx: Transaction,
  events: readonly ReceivedEvent[],
): Promise<void> {
  const bodies = events.map((e) => e.body as { sequence?: number } | undefined);
  await tx.query(
    `insert into public.effect (event_id, key, type, sequence, day)
     select e.*, (select coalesce(day::text, '') from platform.business_day)
     from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) as e`,
    [
      events.map((e) => e.id),
      events.map((e) => e.key),
      events.map((e) => e.type),
      bodies.map((body) => body?.sequence ?? null),
    ],
  );
}
