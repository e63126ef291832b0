import type { Logger } from '#libs/observability';
import type { ForgoneLife } from './forgone-lives.js';
import { isOfForgone } from './judge-number.js';
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
};

/** Reads the newest state of a key from its topic again, outside the service's consumer group. */
export class NewestStates {
  constructor(
    private readonly service: string,
    private readonly address: KafkaAddress,
    private readonly logger: Logger,
  ) {}

  /** The last record of the key in the range, or undefined. Gives up after a minute, and where a part cannot be read. */
  async find({ key, forgoneLives, ...stretch }: StateQuery): Promise<RawRecord | undefined> {
    let newest: RawRecord | undefined;
    let unread: string | undefined;
    const reader = `ent-${this.service}-release`;
    await readLog(reader, this.address, this.logger, [stretch], (record) => {
      if (record.key === key && !isOfForgone(record, forgoneLives)) newest = record;
      // The newest state may stand in there: an older one is not to be taken for it.
      if (record.unreadable) unread = `${record.unreadable.from} to ${record.offset}`;
    });
    if (unread) throw new Error(`${stretch.topic}/${stretch.partition}: ${unread} cannot be read`);
    return newest;
  }
}
