import type { Logger } from '#libs/observability';
import { type ForgoneLife, isForgone } from './forgone-lives.js';
import { numbersOf } from './judge-number.js';
import type { KafkaAddress } from './kafka-client.js';
import { readLog } from './read-log.js';
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
  /** Offsets of what was set aside since no relay of the owner wrote it. */
  readonly strangers: ReadonlySet<bigint>;
};

/** Reads the newest state of a key from its topic again, outside the service's consumer group. */
export class NewestStates {
  constructor(
    private readonly service: string,
    private readonly address: KafkaAddress,
    private readonly logger: Logger,
  ) {}

  /** The last record of the key in the range, or undefined. Gives up after a minute, and where a part cannot be read. */
  async find({
    key,
    forgoneLives,
    strangers,
    ...stretch
  }: StateQuery): Promise<RawRecord | undefined> {
    let newest: RawRecord | undefined;
    let unread: string | undefined;
    const reader = `ent-${this.service}-release`;
    await readLog(reader, this.address, this.logger, [stretch], (record) => {
      // The newest state may stand in there: an older one is not to be taken for it.
      if (record.unreadable) unread = `${record.unreadable.from} to ${record.offset}`;
      if (record.key !== key || strangers.has(record.offset)) return;
      const numbers = numbersOf(record);
      if (numbers !== undefined && !isForgone(numbers, forgoneLives)) newest = record;
    });
    if (unread) throw new Error(`${stretch.topic}/${stretch.partition}: ${unread} cannot be read`);
    return newest;
  }
}
