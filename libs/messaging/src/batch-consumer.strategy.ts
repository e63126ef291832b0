import type { OnModuleInit, BeforeApplicationShutdown } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom } from 'rxjs';
import type { Health, Logger } from '#libs/observability';
import type { Database, Transaction, UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { BatchContext } from './batch-context.js';
import { BatchProcessor, dayStarted, mustWait, type FetchedBatch } from './batch-processor.js';
import { AwaitsCalendar, type BusinessDayKeeper, storedDay } from './business-day-keeper.js';
import type { AwaitedDay } from './calendar-waits.js';
import { type Consumption, plansOf } from './consumption.js';
import { createKafka, type KafkaAddress } from './kafka-client.js';
import { rawRecord } from './kafka-record.js';
import { counters } from './messaging-metrics.js';
import type { Run } from './plan-runs.js';
import { PartitionStates } from './partition-states.js';
import { PositionWatch } from './position-watch.js';
import {
  isInside,
  noteStop,
  PositionLost,
  positionLost,
  readPositions,
  type StoredPosition,
} from './positions.js';
import { readEvent, type RawRecord, type ReceivedEvent, type TopicPlan } from './received-event.js';
import type { PartitionEnds, TopicEnds } from './topic-ends.js';

export type BatchConsumerOptions = KafkaAddress & {
  readonly service: string;
  readonly consumes: Consumption;
  /** Partitions worked on at once, each with a connection of the pool. */
  readonly concurrency?: number;
  /** Milliseconds without a heartbeat until the group takes the partitions away. */
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  /** One fetch of one partition, so about one transaction. */
  readonly bytesPerPartitionMax?: number;
  /** Milliseconds that a partition may stand still with something to read until FLOWING turns red. */
  readonly stalledAfterMs?: number;
  /** Milliseconds that a fact dated after the service's day waits for the calendar until it is set aside. */
  readonly calendarPatienceMs?: number;
};

export type BatchConsumerParts = {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  readonly days: BusinessDayKeeper;
  readonly logger: Logger;
  /** Asked whether the stored positions lie inside the logs. */
  readonly ends: TopicEnds;
  readonly health?: Health;
};

const checkPositionsEveryMs = 5_000;
const stalledAfterDefaultMs = 5 * 60_000;
const calendarPatienceDefaultMs = 10 * 60_000;
/** Another process of the service may be the one that reads the calendar, so the stored day is looked at. */
const lookForDayEveryMs = 250;

/**
 * Nest's transport for facts: handlers are ordinary `@EventPattern` methods, called with runs of
 * events inside the transaction that also moves the partition's position. The broker's committed
 * offsets are a courtesy for lag tools: on assignment the stored positions rule.
 */
export class BatchConsumer
  extends Server
  implements CustomTransportStrategy, OnModuleInit, BeforeApplicationShutdown
{
  override readonly transportId = Symbol.for('ent-batch-consumer');
  /** Nest would swallow what a handler throws, and the position would move over it. */
  override readonly propagatesEventHandlerErrors = true;

  readonly plans: ReadonlyMap<string, TopicPlan>;
  private readonly processor: BatchProcessor;
  private readonly namespace: string;
  private consumer: Consumer | undefined;
  private closing = false;
  private closed: Promise<void> | undefined;
  private joined = false;
  private assignment = 0;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Of the assigned partitions, as the broker said at the assignment. */
  private logStarts = new Map<string, bigint>();
  private readonly states: PartitionStates;
  private readonly positionWatch: PositionWatch;
  private lookingForDay = false;

  constructor(
    private readonly options: BatchConsumerOptions,
    private readonly parts: BatchConsumerParts,
  ) {
    super();
    this.plans = plansOf(options.service, options.consumes);
    this.namespace = options.namespace ?? '';
    const stalledAfterMs = options.stalledAfterMs ?? stalledAfterDefaultMs;
    this.states = new PartitionStates(
      stalledAfterMs,
      options.calendarPatienceMs ?? calendarPatienceDefaultMs,
    );
    const lookEveryMs = Math.min(checkPositionsEveryMs, stalledAfterMs / 2);
    this.positionWatch = new PositionWatch(parts, this.states, lookEveryMs);
    this.processor = new BatchProcessor(parts.unitOfWork, parts.days, (tx, run) =>
      this.handleRun(tx, run),
    );
  }

  get groupId(): string {
    return `${this.namespace}ent-${this.options.service}`;
  }

  onModuleInit(): void {
    this.parts.health?.add('FLOWING', 'kafka-consumer', () => this.fault());
  }

  /** Why facts do not flow in, or undefined. */
  fault(): string | undefined {
    if (this.plans.size === 0) return undefined;
    return this.states.stops() ?? (this.joined ? this.states.delay() : 'no assignment yet');
  }

  on(): never {
    throw new RangeError('A batch consumer has no events to listen to');
  }

  unwrap<T>(): T {
    return this.consumer as T;
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      this.refuseMissingHandlers();
    } catch (error) {
      callback(error);
      return;
    }
    // Joining takes a whole session timeout after a kill: FLOWING waits for it, the process does not.
    if (this.plans.size > 0) void this.consumeUntilClosed();
    callback();
  }

  /** No batch begins after this; those under way are finished and committed. */
  close(): Promise<void> {
    this.closing = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.closed ??= (async () => {
      await Promise.allSettled([...this.inFlight]);
      await this.consumer?.disconnect();
    })();
    return this.closed;
  }

  /** Before HTTP is closed, which may take as long as its clients like. */
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Calls the handlers of a run's type, inside the given transaction. */
  async handleRun(tx: Transaction, run: Run<ReceivedEvent>): Promise<void> {
    const handler = this.messageHandlers.get(run.type);
    if (!handler) throw new RangeError(`No handler for ${run.type}`);
    const context = new BatchContext(tx);
    await lastValueFrom(this.transformToObservable(await handler(run.events, context)), {
      defaultValue: undefined,
    });
  }

  /** Applies one record again, in the given transaction. Throws NotReadable, AwaitsCalendar. */
  async replay(tx: Transaction, record: RawRecord): Promise<void> {
    const plan = this.plans.get(record.topic);
    if (!plan) throw new RangeError(`${record.topic} is not consumed`);
    const event = readEvent(record, plan);
    await this.reachDay(tx, event);
    if (plan.handles.has(event.type))
      await this.handleRun(tx, { type: event.type, events: [event] });
  }

  /** A day's start moves the service there; any other fact needs the day to have come. */
  private async reachDay(tx: Transaction, event: ReceivedEvent): Promise<void> {
    if (event.type === dayStarted) {
      await this.parts.days.advance(tx, event.businessDate);
      return;
    }
    const day = await storedDay(tx);
    if (day === undefined || event.businessDate > day) throw new AwaitsCalendar(event.businessDate);
  }

  private refuseMissingHandlers(): void {
    const types = [...this.plans.values()].flatMap((plan) => [...plan.handles.keys()]);
    const missing = types.filter((type) => !this.messageHandlers.has(type));
    if (missing.length > 0) {
      throw new RangeError(`No @EventPattern for ${missing.join(', ')}, listed as handled`);
    }
  }

  /** kafkajs gives up on some faults: then everything begins anew, with a new client, later each time. */
  private async consumeUntilClosed(): Promise<void> {
    for (let delayMs = 500; !this.closing; delayMs = Math.min(delayMs * 2, 10_000)) {
      const begun = performance.now();
      try {
        await this.consume();
      } catch (error) {
        const word = error instanceof Error ? error.message : String(error);
        this.parts.logger.error({ cause: word }, 'consumer interrupted, it starts again');
      }
      this.joined = false;
      if (performance.now() - begun > 60_000) delayMs = 500;
      if (!this.closing) await sleep(delayMs, undefined, { ref: false });
    }
  }

  /** Runs one kafkajs consumer until it crashes for good or is closed. */
  private async consume(): Promise<void> {
    const { options, parts } = this;
    const consumer = createKafka(`ent-${options.service}`, options, parts.logger).consumer({
      groupId: this.groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: options.sessionTimeoutMs ?? 10_000,
      rebalanceTimeout: options.rebalanceTimeoutMs ?? 15_000,
      heartbeatInterval: 1_000,
      // With every partition paused, a fetch sleeps this long, and shutdown waits for it.
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: options.bytesPerPartitionMax ?? 2_097_152,
      retry: { retries: 30, initialRetryTime: 200, maxRetryTime: 2_000 },
    });
    this.consumer = consumer;
    const crashed = new Promise<Error>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        this.joined = false;
        if (!payload.restart) resolve(payload.error);
      });
    });
    // What still waits for its positions must not go on with a consumer that kafkajs has stopped meanwhile.
    consumer.on(consumer.events.STOP, () => (this.assignment += 1));
    consumer.on(consumer.events.GROUP_JOIN, (event) => void this.takeAssignment(consumer, event));
    try {
      await consumer.connect();
      await consumer.subscribe({
        topics: [...this.plans.keys()].map((topic) => this.namespace + topic),
        fromBeginning: true,
      });
      await consumer.run({
        autoCommit: false,
        autoCommitInterval: 1_000,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: options.concurrency ?? 3,
        eachBatch: (payload) => this.track(this.eachBatch(consumer, payload)),
      });
      const error = await crashed;
      throw error;
    } finally {
      if (!this.closing) await consumer.disconnect().catch(() => undefined);
    }
  }

  private track(work: Promise<void>): Promise<void> {
    this.inFlight.add(work);
    return work.finally(() => this.inFlight.delete(work));
  }

  /** Pauses synchronously, before a fetch could start from the broker's offsets, then seeks to the stored positions. */
  private async takeAssignment(
    consumer: Consumer,
    { payload }: ConsumerGroupJoinEvent,
  ): Promise<void> {
    const partitions = Object.entries(payload.memberAssignment)
      .map(([topic, list]) => ({ topic, partitions: list }))
      .filter((entry) => entry.partitions.length > 0);
    const mine = ++this.assignment;
    this.states.reassigned();
    if (partitions.length > 0) {
      consumer.pause(partitions);
      const known = await this.standing(mine, partitions);
      if (known === undefined) return;
      this.logStarts = new Map([...known.logs].map(([at, { low }]) => [at, low]));
      for (const { topic: name, partitions: assigned } of partitions) {
        for (const partition of assigned) {
          if (!this.isCurrent(mine)) return;
          const topic = name.slice(this.namespace.length);
          const at = `${topic}/${partition}`;
          const log = known.logs.get(at);
          const stored = known.positions.get(at);
          // Never read here, whatever the broker believes: from the beginning of the log.
          const next = stored?.nextOffset ?? log?.low ?? 0n;
          if (!isInside(next, log)) {
            await this.lose(topic, partition, positionLost(at, next, log));
          } else if (stored?.stopped && !stored.stopped.startsWith('POSITION_LOST')) {
            this.stop(at, stored.stopped);
          } else {
            consumer.seek({ topic: name, partition, offset: next.toString() });
            consumer.resume([{ topic: name, partitions: [partition] }]);
          }
        }
      }
    }
    if (!this.isCurrent(mine)) return;
    this.joined = true;
    void this.positionWatch.watch({
      partitionsOf: new Map(
        [...this.plans.keys()].map((topic) => [
          topic,
          payload.memberAssignment[this.namespace + topic] ?? [],
        ]),
      ),
      isCurrent: () => this.isCurrent(mine),
      onLost: (topic, partition, error) => {
        consumer.pause([{ topic: this.namespace + topic, partitions: [partition] }]);
        void this.lose(topic, partition, error);
      },
      onFree: (topic, partition, next) => {
        const at = `${topic}/${partition}`;
        const name = this.namespace + topic;
        consumer.seek({ topic: name, partition, offset: next.toString() });
        if (!this.states.isStopped(at)) return;
        this.states.resume(at);
        consumer.resume([{ topic: name, partitions: [partition] }]);
      },
    });
  }

  /**
   * The stored positions, and where the logs begin. kafkajs only logs what a listener throws, and the partitions would
   * stay paused for ever: tries until it works.
   */
  private async standing(
    mine: number,
    assigned: readonly { readonly topic: string }[],
  ): Promise<
    { positions: Map<string, StoredPosition>; logs: Map<string, PartitionEnds> } | undefined
  > {
    while (this.isCurrent(mine)) {
      try {
        const [positions, ...logs] = await Promise.all([
          readPositions(this.parts.database),
          ...assigned.map(async (entry) => {
            const topic = entry.topic.slice(this.namespace.length);
            return (await this.parts.ends.of(topic)).map((ends) => ({ topic, ...ends }));
          }),
        ]);
        if (!this.isCurrent(mine)) return undefined;
        const nameOf = (one: { topic: string; partition: number }) =>
          `${one.topic}/${one.partition}`;
        return {
          positions: new Map(positions.map((one) => [nameOf(one), one])),
          logs: new Map(logs.flat().map((one) => [nameOf(one), one])),
        };
      } catch (error) {
        this.parts.logger.warn({ err: error }, 'positions not read yet');
        await sleep(1_000);
      }
    }
    return undefined;
  }

  private isCurrent(mine: number): boolean {
    return !this.closing && mine === this.assignment;
  }

  private async eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    if (this.closing) return;
    const fetched = fetchedBatch(payload, this.namespace.length);
    const at = `${fetched.topic}/${fetched.partition}`;
    const batch = { ...fetched, logStart: this.logStarts.get(at) ?? 0n };
    const plan = this.plans.get(batch.topic);
    if (!plan) throw new RangeError(`${batch.topic} is not consumed`);
    // Heartbeats go on during a long transaction; a rebalance shows in them and is dealt with after it.
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), 1_000);
    const begun = performance.now();
    try {
      const spentAt = this.states.calendar.spentAt(at);
      const outcome = await this.processor.process(batch, plan, spentAt);
      this.states.goesOn(at);
      if (outcome.status === 'elsewhere') {
        await this.goTo(consumer, payload, at, outcome.nextOffset);
        return;
      }
      counters.count(batch.topic, outcome);
      if (outcome.parked > 0)
        this.parts.logger.error({ at, parked: outcome.parked }, 'events parked');
      this.parts.logger.info(
        { kind: 'message', at, ...outcome, durationMs: Math.round(performance.now() - begun) },
        'batch',
      );
      if (outcome.awaits) {
        this.awaitCalendar(payload, at, outcome.awaits);
      } else if (outcome.stop) {
        resolveBefore(payload, outcome.stop.offset);
        payload.pause();
        this.stop(at, outcome.stop.word);
      } else {
        payload.resolveOffset(payload.batch.lastOffset());
        this.states.calendar.goesOn(at);
      }
      this.lookAtDay(this.processor.knownDay);
      await payload.commitOffsetsIfNecessary();
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('KafkaJS')) throw error;
      await this.holdUp(payload, at, error);
    } finally {
      clearInterval(beat);
    }
  }

  /** The position stands before a fact of a later day: the partition goes on when the service has that day (MKT-4). */
  private awaitCalendar(payload: EachBatchPayload, at: string, awaited: AwaitedDay): void {
    this.parts.logger.info({ at, ...awaited, offset: awaited.offset.toString() }, 'awaits its day');
    resolveBefore(payload, awaited.offset);
    this.states.calendar.wait(at, awaited, payload.pause(), performance.now());
    if (!this.lookingForDay) void this.lookForDay();
  }

  private async lookForDay(): Promise<void> {
    this.lookingForDay = true;
    while (!this.closing && this.states.calendar.isAnyWaiting()) {
      await sleep(lookForDayEveryMs, undefined, { ref: false });
      try {
        this.lookAtDay(await storedDay(this.parts.database));
      } catch (error) {
        this.parts.logger.warn({ err: error }, 'the day is not read yet');
      }
    }
    this.lookingForDay = false;
  }

  private lookAtDay(day: LocalDate | undefined): void {
    if (!this.closing) this.states.calendar.look(day, performance.now());
  }

  /**
   * To the stored position, if the log has it: the batch may be an old one, fetched before this process slept while
   * another applied more. So the broker is asked now, and a position is lost only if it lies outside the log.
   */
  private async goTo(
    consumer: Consumer,
    payload: EachBatchPayload,
    at: string,
    next: bigint,
  ): Promise<void> {
    const { topic, partition } = payload.batch;
    const logs = await this.parts.ends.of(topic.slice(this.namespace.length));
    const log = logs.find((one) => one.partition === partition);
    if (!isInside(next, log)) throw positionLost(at, next, log);
    consumer.seek({ topic, partition, offset: next.toString() });
  }

  /** The position did not move: the same batch comes again when the partition resumes, later each time. */
  private async holdUp(payload: EachBatchPayload, at: string, error: unknown): Promise<void> {
    const resume = payload.pause();
    const word = error instanceof Error ? error.message : String(error);
    counters.pauses.inc({ topic: payload.batch.topic });
    if (error instanceof PositionLost) {
      await this.lose(
        payload.batch.topic.slice(this.namespace.length),
        payload.batch.partition,
        error,
      );
      return;
    }
    const delayMs = this.states.waits(at, word);
    this.parts.logger[mustWait(error) ? 'warn' : 'error'](
      { at, delayMs, err: error },
      'partition waits',
    );
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.closing) resume();
    }, delayMs);
    this.timers.add(timer);
  }

  /** Written first: what is not written as stopped, goes on. */
  private async lose(topic: string, partition: number, error: PositionLost): Promise<void> {
    const word = `POSITION_LOST ${error.message}`;
    await noteStop(this.parts.database, topic, partition, word).catch((err: unknown) =>
      this.parts.logger.warn({ err }, 'a stop is not written: it is found again'),
    );
    this.stop(`${topic}/${partition}`, word);
  }

  private stop(at: string, word: string): void {
    this.states.stop(at, word);
    this.parts.logger.fatal({ at, why: word }, 'this partition stops until a person decides');
  }
}

/** What is before it is applied; it comes again when the partition resumes. */
function resolveBefore({ batch, resolveOffset }: EachBatchPayload, offset: bigint): void {
  if (offset - 1n >= BigInt(batch.firstOffset() ?? offset)) {
    resolveOffset((offset - 1n).toString());
  }
}

function fetchedBatch(
  { batch }: EachBatchPayload,
  namespaceLength: number,
): Omit<FetchedBatch, 'logStart'> {
  const topic = batch.topic.slice(namespaceLength);
  const { partition } = batch;
  return {
    topic,
    partition,
    // Present but untyped. Not the first record's offset: compaction leaves harmless holes.
    fetchedOffset: BigInt((batch as unknown as { fetchedOffset: string }).fetchedOffset),
    highWatermark: BigInt(batch.highWatermark),
    records: batch.messages.map((message) => rawRecord(topic, partition, message)),
  };
}
