import type { Logger } from '#libs/observability';
import { type ForgoneLife, isForgone } from './forgone-lives.js';
import { isLater, type Numbered, numbersOf } from './judge-number.js';
import { type LogAddress, readLog } from './read-log.js';
import type { LoggedRecord } from './received-event.js';

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
    private readonly address: LogAddress,
    private readonly logger: Logger,
  ) {}

  /** The record of the key with the highest number in the range, or undefined. Gives up after a minute, and where a part cannot be read. */
  async find({ key, forgoneLives, ...stretch }: StateQuery): Promise<LoggedRecord | undefined> {
    let newest: { readonly record: LoggedRecord; readonly numbers: Numbered } | undefined;
    let unread: string | undefined;
    const reader = `ent-${this.service}-release`;
    await readLog(reader, this.address, this.logger, [stretch], (record) => {
      // The newest state may stand in there: an older one is not to be taken for it.
      if (record.unreadable && !record.unreadable.isForeign)
        unread = `${record.unreadable.from} to ${record.offset}`;
      if (record.key !== key) return;
      const numbers = numbersOf(record);
      if (!numbers || isForgone(numbers, forgoneLives)) return;
      if (isLater(numbers, newest?.numbers)) newest = { record, numbers };
    });
    if (unread) throw new Error(`${stretch.topic}/${stretch.partition}: ${unread} cannot be read`);
    return newest?.record;
  }
}
