import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observability';
import type { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { mustWait } from './batch-processor.js';
import type { FetchedBatch, Stop } from './sorted-batch.js';
import { storedDay } from './business-day-keeper.js';
import type { AwaitedDay } from './calendar-waits.js';
import { counters } from './messaging-metrics.js';
import { PartitionStates } from './partition-states.js';
import { PositionWatch } from './position-watch.js';
import { lossOf, noteStop, PositionLost, readPositions, type StoredPosition } from './positions.js';
import type { PartitionEnds, TopicEnds } from './topic-ends.js';

export type FlowParts = {
  readonly database: Database;
  readonly logger: Logger;
  /** Asked whether the stored positions lie inside the logs. */
  readonly ends: TopicEnds;
};

export type FlowOptions = {
  /** Before the names of topics at the broker. */
  readonly namespace: string;
  readonly topics: readonly string[];
  readonly stalledAfterMs: number;
  readonly checkPositionsEveryMs: number;
  readonly calendarPatienceMs: number;
};

/** Another process of the service may be the one that reads the calendar, so the stored day is looked at. */
const lookForDayEveryMs = 250;

/**
 * From where the partitions of an assignment are read, and when one is not: it stops, waits for the calendar, or is held
 * up by a fault. Whether the group has this member, and what a batch does, is the consumer's.
 */
export class PartitionFlow {
  readonly states: PartitionStates;
  private readonly positionWatch: PositionWatch;
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Of the assigned partitions, as the broker said last. */
  private logs = new Map<string, PartitionEnds>();
  private assignment = 0;
  private closing = false;
  private lookingForDay = false;

  constructor(
    private readonly parts: FlowParts,
    private readonly options: FlowOptions,
  ) {
    const { stalledAfterMs, checkPositionsEveryMs, calendarPatienceMs } = options;
    this.states = new PartitionStates(stalledAfterMs, calendarPatienceMs);
    const lookEveryMs = Math.min(checkPositionsEveryMs, stalledAfterMs / 2);
    this.positionWatch = new PositionWatch(parts, this.states, lookEveryMs);
  }

  /** Nothing resumes after this. */
  close(): void {
    this.closing = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** What still waits for its positions must not go on with a consumer that kafkajs has stopped meanwhile. */
  abandon(): void {
    this.assignment += 1;
  }

  /** Where the log of a partition begins, and of which topic it is. */
  logOf(at: string): Pick<FetchedBatch, 'logStart' | 'topicId'> {
    const log = this.logs.get(at);
    return { logStart: log?.low ?? 0n, topicId: log?.topicId };
  }

  /** Pauses synchronously, before a fetch could start from the broker's offsets, then seeks to the stored positions. */
  async take(
    consumer: Consumer,
    { payload }: ConsumerGroupJoinEvent,
    onTaken: () => void,
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
      this.logs = new Map(known.logs);
      for (const { topic: name, partitions: assigned } of partitions) {
        for (const partition of assigned) {
          if (!this.isCurrent(mine)) return;
          const topic = name.slice(this.options.namespace.length);
          const at = `${topic}/${partition}`;
          const log = known.logs.get(at);
          const stored = known.positions.get(at);
          // Never read here, whatever the broker believes: from the beginning of the log.
          const place = stored ?? { nextOffset: log?.low ?? 0n };
          const loss = lossOf(at, place, log);
          if (loss) {
            await this.lose(topic, partition, loss);
          } else if (stored?.stopped && !stored.stopped.startsWith('POSITION_LOST')) {
            this.stop(at, stored.stopped);
          } else {
            consumer.seek({ topic: name, partition, offset: place.nextOffset.toString() });
            consumer.resume([{ topic: name, partitions: [partition] }]);
          }
        }
      }
    }
    if (!this.isCurrent(mine)) return;
    onTaken();
    void this.positionWatch.watch({
      partitionsOf: new Map(
        this.options.topics.map((topic) => [
          topic,
          payload.memberAssignment[this.options.namespace + topic] ?? [],
        ]),
      ),
      isCurrent: () => this.isCurrent(mine),
      onEnds: (topic, ends) => {
        for (const end of ends) this.logs.set(`${topic}/${end.partition}`, end);
      },
      onLost: (topic, partition, error) => {
        consumer.pause([{ topic: this.options.namespace + topic, partitions: [partition] }]);
        void this.lose(topic, partition, error);
      },
      onFree: (topic, partition, next) => {
        const at = `${topic}/${partition}`;
        const name = this.options.namespace + topic;
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
            const topic = entry.topic.slice(this.options.namespace.length);
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

  /** The position stands before a fact of a later day: the partition goes on when the service has that day (MKT-4). */
  awaitCalendar(payload: EachBatchPayload, at: string, awaited: AwaitedDay): void {
    this.parts.logger.info({ at, ...awaited, offset: awaited.offset.toString() }, 'awaits its day');
    resolveBefore(payload, awaited.offset);
    this.states.calendar.wait(at, awaited, payload.pause(), performance.now());
    if (!this.lookingForDay) void this.lookForDay();
  }

  /** What is before it is applied; a person decides how it goes on. */
  stopBefore(payload: EachBatchPayload, at: string, { offset, word }: Stop): void {
    resolveBefore(payload, offset);
    payload.pause();
    this.stop(at, word);
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

  lookAtDay(day: LocalDate | undefined): void {
    if (!this.closing) this.states.calendar.look(day, performance.now());
  }

  /**
   * To the stored position, if the log has it: the batch may be an old one, fetched before this process slept while
   * another applied more. So the broker is asked now, and a position is lost only if it lies outside the log.
   */
  async goTo(
    consumer: Consumer,
    payload: EachBatchPayload,
    at: string,
    place: { nextOffset: bigint; topicId: string | null },
  ): Promise<void> {
    const { topic, partition } = payload.batch;
    const logs = await this.parts.ends.of(topic.slice(this.options.namespace.length));
    const log = logs.find((one) => one.partition === partition);
    const loss = lossOf(at, place, log);
    if (loss) throw loss;
    consumer.seek({ topic, partition, offset: place.nextOffset.toString() });
  }

  /** The position did not move: the same batch comes again when the partition resumes, later each time. */
  async holdUp(payload: EachBatchPayload, at: string, error: unknown): Promise<void> {
    const resume = payload.pause();
    const word = error instanceof Error ? error.message : String(error);
    counters.pauses.inc({ topic: payload.batch.topic });
    if (error instanceof PositionLost) {
      await this.lose(
        payload.batch.topic.slice(this.options.namespace.length),
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
