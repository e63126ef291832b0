import type { OnModuleInit } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom } from 'rxjs';
import type { Health } from '#libs/observability';
import type { Transaction, UnitOfWork } from '#libs/persistence';
import type { BusinessDayStarted } from '#libs/contracts';
import { BatchContext } from './batch-context.js';
import { BrokerConnections } from './broker-connections.js';
import { BatchProcessor, type Outcome } from './batch-processor.js';
import type { OwnerFacts } from './owner-facts.grpc-gateway.js';
import { dayStarted, type FetchedBatch } from './sorted-batch.js';
import { AwaitsCalendar, type BusinessDayKeeper, storedDay } from './business-day-keeper.js';
import { type Consumption, plansOf } from './consumption.js';
import { createKafka, type KafkaAddress } from './kafka-client.js';
import { loggedRecord } from './kafka-record.js';
import { counters } from './messaging-metrics.js';
import { type FlowParts, PartitionFlow } from './partition-flow.js';
import type { Run } from './plan-runs.js';
import { type KeyRing, ProofVerifier } from './proofs/proof-verifier.js';
import { readEvent, type RawRecord, type ReceivedEvent, type TopicPlan } from './received-event.js';

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
  /** Milliseconds between two looks at where the logs are and what a person has decided. */
  readonly checkPositionsEveryMs?: number;
  /** Milliseconds that a fact dated after the service's day waits for the calendar until it is set aside. */
  readonly calendarPatienceMs?: number;
};

export type BatchConsumerParts = FlowParts & {
  readonly unitOfWork: UnitOfWork;
  readonly days: BusinessDayKeeper;
  /** The public keys of the owners of the topics. */
  readonly keyRing: KeyRing;
  /** Decides between two records of an owner that contradict each other. */
  readonly owners?: Pick<OwnerFacts, 'digest'>;
  readonly health?: Health;
};

const stalledAfterDefaultMs = 5 * 60_000;
const checkPositionsEveryDefaultMs = 5_000;
const calendarPatienceDefaultMs = 10 * 60_000;

/**
 * Nest's transport for facts: handlers are ordinary `@EventPattern` methods, called with runs of
 * events inside the transaction that also moves the partition's position. The broker's committed
 * offsets are a courtesy for lag tools: on assignment the stored positions rule.
 */
export class BatchConsumer extends Server implements CustomTransportStrategy, OnModuleInit {
  override readonly transportId = Symbol.for('ent-batch-consumer');
  /** Nest would swallow what a handler throws, and the position would move over it. */
  override readonly propagatesEventHandlerErrors = true;

  readonly plans: ReadonlyMap<string, TopicPlan>;
  private readonly processor: BatchProcessor;
  private readonly namespace: string;
  private consumer: Consumer | undefined;
  private connections = new BrokerConnections();
  private closing = false;
  private closed: Promise<void> | undefined;
  private joined = false;
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly flow: PartitionFlow;
  private readonly proofs: ProofVerifier;

  constructor(
    private readonly options: BatchConsumerOptions,
    private readonly parts: BatchConsumerParts,
  ) {
    super();
    this.plans = plansOf(options.service, options.consumes);
    this.namespace = options.namespace ?? '';
    this.proofs = new ProofVerifier(parts.keyRing);
    this.flow = new PartitionFlow(parts, {
      namespace: this.namespace,
      topics: [...this.plans.keys()],
      stalledAfterMs: options.stalledAfterMs ?? stalledAfterDefaultMs,
      checkPositionsEveryMs: options.checkPositionsEveryMs ?? checkPositionsEveryDefaultMs,
      calendarPatienceMs: options.calendarPatienceMs ?? calendarPatienceDefaultMs,
    });
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
    const { states } = this.flow;
    return states.stops() ?? (this.joined ? states.delay() : 'no assignment yet');
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

  /** No batch begins after this; those under way are finished and committed. A broker that is silent is soon left. */
  close(): Promise<void> {
    this.closing = true;
    this.flow.close();
    this.closed ??= (async () => {
      await Promise.allSettled([...this.inFlight]);
      if (this.consumer) await this.connections.leave(this.consumer);
    })();
    return this.closed;
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
      const { days } = this.parts;
      const { order } = (event as ReceivedEvent<BusinessDayStarted>).body;
      const refused = days.judge(await days.lock(tx), event as ReceivedEvent<BusinessDayStarted>);
      if (refused) throw refused;
      await days.advance(tx, event.businessDate, order?.reference);
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
    this.connections = new BrokerConnections();
    const kafka = createKafka(`ent-${options.service}`, options, parts.logger, this.connections);
    const consumer = kafka.consumer({
      groupId: this.groupId,
      allowAutoTopicCreation: false,
      readUncommitted: true,
      sessionTimeout: options.sessionTimeoutMs ?? 10_000,
      rebalanceTimeout: options.rebalanceTimeoutMs ?? 15_000,
      heartbeatInterval: 1_000,
      // With every partition paused, a fetch sleeps this long, and shutdown waits for it.
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: options.bytesPerPartitionMax ?? 2_097_152,
      retry: {
        retries: this.connections.retries(30),
        ...{ initialRetryTime: 200, maxRetryTime: 2_000 },
        restartOnFailure: () => Promise.resolve(!this.closing),
      },
    });
    this.consumer = consumer;
    const crashed = new Promise<Error>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        this.joined = false;
        if (!payload.restart) resolve(payload.error);
      });
    });
    consumer.on(consumer.events.STOP, () => this.flow.abandon());
    consumer.on(
      consumer.events.GROUP_JOIN,
      (event) => void this.flow.take(consumer, event, () => (this.joined = true)),
    );
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
        eachBatch: (payload) => this.eachBatch(consumer, payload),
      });
      const error = await crashed;
      throw error;
    } finally {
      if (!this.closing) await consumer.disconnect().catch(() => undefined);
    }
  }

  /** Where two records of the owner contradict each other, its archive decides; one that it disowns is set aside. */
  private async processDisputed(
    batch: FetchedBatch,
    plan: TopicPlan,
    spentAt: bigint | undefined,
  ): Promise<Outcome> {
    const disowned = new Set<bigint>();
    for (;;) {
      const outcome = await this.processor.process(batch, plan, spentAt, disowned);
      const { owners } = this.parts;
      const stop = outcome.status === 'applied' ? outcome.stop : undefined;
      if (!stop?.disputed || !owners) return outcome;
      const { seq, digest } = stop.disputed;
      const stated = await owners.digest(batch, seq);
      if (digest === undefined || stated !== digest.hex) return outcome;
      disowned.add(stop.offset);
    }
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.inFlight.add(work);
    return work.finally(() => this.inFlight.delete(work));
  }

  private async eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    if (this.closing) return;
    const fetched = fetchedBatch(payload, this.namespace.length, this.proofs);
    const at = `${fetched.topic}/${fetched.partition}`;
    const batch = { ...fetched, ...this.flow.logOf(at) };
    const plan = this.plans.get(batch.topic);
    if (!plan) throw new RangeError(`${batch.topic} is not consumed`);
    // Heartbeats go on during a long transaction; a rebalance shows in them and is dealt with after it.
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), 1_000);
    const begun = performance.now();
    try {
      const spentAt = this.flow.states.calendar.spentAt(at);
      const outcome = await this.track(this.processDisputed(batch, plan, spentAt));
      this.flow.states.goesOn(at);
      if (outcome.status === 'elsewhere') {
        await this.flow.goTo(consumer, payload, at, outcome);
        return;
      }
      counters.count(batch.topic, outcome);
      if (outcome.foreignRows > 0)
        this.parts.logger.error({ at, foreign: outcome.foreign }, 'foreign records set aside');
      if (outcome.parked > 0)
        this.parts.logger.error({ at, parked: outcome.parked }, 'events parked');
      this.parts.logger.info(
        { kind: 'message', at, ...outcome, durationMs: Math.round(performance.now() - begun) },
        'batch',
      );
      if (outcome.awaits) {
        this.flow.awaitCalendar(payload, at, outcome.awaits);
      } else if (outcome.stop) {
        this.flow.stopBefore(payload, at, outcome.stop);
      } else {
        payload.resolveOffset(payload.batch.lastOffset());
        this.flow.states.calendar.goesOn(at);
      }
      this.flow.lookAtDay(this.processor.knownDay);
      await payload.commitOffsetsIfNecessary();
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('KafkaJS')) throw error;
      await this.flow.holdUp(payload, at, error);
    } finally {
      clearInterval(beat);
    }
  }
}

function fetchedBatch(
  { batch }: EachBatchPayload,
  namespaceLength: number,
  proofs: ProofVerifier,
): Omit<FetchedBatch, 'logStart' | 'topicId'> {
  const topic = batch.topic.slice(namespaceLength);
  const { partition } = batch;
  return {
    topic,
    partition,
    // Present but untyped. Not the first record's offset: compaction leaves harmless holes.
    fetchedOffset: BigInt((batch as unknown as { fetchedOffset: string }).fetchedOffset),
    highWatermark: BigInt(batch.highWatermark),
    records: batch.messages.map((message) => loggedRecord(topic, partition, message, proofs)),
  };
}
