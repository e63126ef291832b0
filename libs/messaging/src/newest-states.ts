import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#libs/observability';
import { type ForgoneLife, isForgone } from './forgone-lives.js';
import { numbersOf } from './judge-number.js';
import { rawRecord } from './kafka-record.js';
import { createKafka, type KafkaAddress } from './kafka-client.js';
import type { RawRecord } from './received-event.js';

export type StateQuery = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  /** Offsets to look through: `[from, to)`. */
  readonly from: bigint;
  readonly to: bigint;
  /** Of the topic: what they told is no state of the key any more. */
  readonly forgoneLives: readonly ForgoneLife[];
};

const patienceMs = 60_000;

/** Reads the newest state of a key from its topic again, outside the service's consumer group. */
export class NewestStates {
  constructor(
    private readonly service: string,
    private readonly address: KafkaAddress,
    private readonly logger: Logger,
  ) {}

  /** The last record of the key in the range, or undefined. Gives up after a minute, and where a part cannot be read. */
  async find({
    topic,
    partition,
    key,
    from,
    to,
    forgoneLives,
  }: StateQuery): Promise<RawRecord | undefined> {
    const name = (this.address.namespace ?? '') + topic;
    const kafka = createKafka(`ent-${this.service}-release`, this.address, this.logger);
    const groupId = `${this.address.namespace ?? ''}ent-${this.service}-release-${randomUUID()}`;
    const consumer = kafka.consumer({
      groupId,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 100,
    });
    let newest: RawRecord | undefined;
    let unread: string | undefined;
    let next = from;
    // The whole topic is assigned to this one reader: all but the wanted stretch stays unread.
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const others = (payload.memberAssignment[name] ?? []).filter((other) => other !== partition);
      if (others.length > 0) consumer.pause([{ topic: name, partitions: others }]);
      consumer.seek({ topic: name, partition, offset: from.toString() });
    });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics: [name], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          if (batch.partition !== partition) return Promise.resolve();
          for (const message of batch.messages) {
            const offset = BigInt(message.offset);
            if (offset < from || offset >= to) continue;
            const record = rawRecord(topic, partition, message);
            if (record.key === key && !isOfForgone(record, forgoneLives)) newest = record;
            // The newest state may stand in there: an older one is not to be taken for it.
            if (record.unreadable) unread = `${record.unreadable.from} to ${message.offset}`;
          }
          const end = BigInt(batch.lastOffset()) + 1n;
          if (end > next) next = end;
          return Promise.resolve();
        },
      });
      const deadline = performance.now() + patienceMs;
      while (next < to) {
        if (performance.now() > deadline)
          throw new Error(`${topic}/${partition} was not read up to ${to} within a minute`);
        await sleep(20);
      }
      if (unread) throw new Error(`${topic}/${partition}: ${unread} cannot be read`);
      return newest;
    } finally {
      await consumer.disconnect();
      await this.forget(kafka.admin(), groupId);
    }
  }

  private async forget(
    admin: ReturnType<ReturnType<typeof createKafka>['admin']>,
    groupId: string,
  ): Promise<void> {
    await admin.connect();
    try {
      await admin.deleteGroups([groupId]);
    } catch (error) {
      // The broker forgets an empty group by itself after some days.
      this.logger.debug({ err: error, groupId }, 'group not deleted');
    } finally {
      await admin.disconnect();
    }
  }
}

function isOfForgone(record: RawRecord, lives: readonly ForgoneLife[]): boolean {
  const numbers = numbersOf(record);
  return numbers !== undefined && numbers !== 'unreadable' && isForgone(numbers, lives);
}
