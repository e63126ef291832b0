import type pg from 'pg';
import { topicNamed } from '#libs/contracts';
import { partitionOf } from './partition-of.js';

export type LastNumber = {
  readonly topic: string;
  readonly partition: number;
  readonly seq: bigint;
};

/** The last number that went to each partition, so that the next record there says which one it follows. */
export class LastNumbers {
  private constructor(private readonly byTopic: ReadonlyMap<string, bigint[]>) {}

  static async read(client: pg.Client): Promise<LastNumbers> {
    const { rows } = await client.query<{ topic: string; partition: number; seq: string }>(
      'select topic, partition, seq::text from platform.last_number',
    );
    const byTopic = new Map<string, bigint[]>();
    for (const { topic, partition, seq } of rows) {
      const numbers = byTopic.get(topic) ?? [];
      numbers[partition] = BigInt(seq);
      byTopic.set(topic, numbers);
    }
    return new LastNumbers(byTopic);
  }

  /** To be kept once the broker has taken what is numbered with it, and dropped where it refused. */
  draft(): Draft {
    return new Draft(this.byTopic);
  }

  /** Those that differ from before. */
  since(before: LastNumbers): LastNumber[] {
    return [...this.byTopic].flatMap(([topic, numbers]) =>
      numbers.flatMap((seq, partition) =>
        seq === before.byTopic.get(topic)?.[partition] ? [] : [{ topic, partition, seq }],
      ),
    );
  }

  static of(byTopic: ReadonlyMap<string, bigint[]>): LastNumbers {
    return new LastNumbers(byTopic);
  }
}

class Draft {
  private readonly byTopic = new Map<string, bigint[]>();
  constructor(private readonly before: ReadonlyMap<string, bigint[]>) {}

  /** Where the record goes and which one it follows; undefined for a topic that the contracts do not know. */
  next(topic: string, key: string, seq: bigint): { partition: number; prev: bigint } | undefined {
    const partitions = topicNamed(topic)?.partitions;
    if (partitions === undefined) return undefined;
    let numbers = this.byTopic.get(topic);
    if (!numbers)
      this.byTopic.set(topic, (numbers = [...(this.before.get(topic) ?? new Array<bigint>())]));
    const partition = partitionOf(key, partitions);
    const prev = numbers[partition] ?? 0n;
    numbers[partition] = seq;
    return { partition, prev };
  }

  kept(): LastNumbers {
    return LastNumbers.of(new Map([...this.before, ...this.byTopic]));
  }
}
