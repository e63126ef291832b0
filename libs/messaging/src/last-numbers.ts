import type pg from 'pg';
import { topicNamed } from '#libs/contracts';
import type { Digest } from './proofs/merkle-tree.js';
import { noDigest } from './proofs/proof-header.js';
import { partitionOf } from './partition-of.js';

export type LastNumber = {
  readonly topic: string;
  readonly partition: number;
  readonly seq: bigint;
  /** Of the record with that number. */
  readonly digest: Digest;
};

type Last = { readonly seq: bigint; readonly digest: Digest };

/** The last number that went to each partition, so that the next record there says which one it follows. */
export class LastNumbers {
  private constructor(private readonly byTopic: ReadonlyMap<string, Last[]>) {}

  static async read(client: pg.Client): Promise<LastNumbers> {
    const { rows } = await client.query<{
      topic: string;
      partition: number;
      seq: string;
      digest: string;
    }>('select topic, partition, seq::text, digest from platform.last_number');
    const byTopic = new Map<string, Last[]>();
    for (const { topic, partition, seq, digest } of rows) {
      const numbers = byTopic.get(topic) ?? [];
      numbers[partition] = { seq: BigInt(seq), digest };
      byTopic.set(topic, numbers);
    }
    return new LastNumbers(byTopic);
  }

  /** To be kept once the broker has taken what is numbered with it, and dropped where it refused. */
  draft(): Draft {
    return new Draft(this.byTopic);
  }

  /** Those that differ from before. Partitions without a number are left out. */
  since(before: LastNumbers): LastNumber[] {
    return [...this.byTopic].flatMap(([topic, numbers]) =>
      numbers.flatMap((last: Last | undefined, partition) =>
        last === undefined || last.seq === before.byTopic.get(topic)?.[partition]?.seq
          ? []
          : [{ topic, partition, ...last }],
      ),
    );
  }

  static of(byTopic: ReadonlyMap<string, Last[]>): LastNumbers {
    return new LastNumbers(byTopic);
  }
}

class Draft {
  private readonly byTopic = new Map<string, Last[]>();
  constructor(private readonly before: ReadonlyMap<string, Last[]>) {}

  /** Where the record goes and which one it follows; undefined for a topic that the contracts do not know. */
  next(topic: string, key: string, seq: bigint): { partition: number; prev: bigint } | undefined {
    const partitions = topicNamed(topic)?.partitions;
    if (partitions === undefined) return undefined;
    let numbers = this.byTopic.get(topic);
    if (!numbers)
      this.byTopic.set(topic, (numbers = [...(this.before.get(topic) ?? new Array<Last>())]));
    const partition = partitionOf(key, partitions);
    const { seq: prev, digest } = numbers[partition] ?? none;
    numbers[partition] = { seq, digest };
    return { partition, prev };
  }

  /** What the next record of the partition continues. */
  digest(topic: string, partition: number): Digest {
    return this.byTopic.get(topic)?.[partition]?.digest ?? noDigest;
  }

  proven(topic: string, partition: number, digest: Digest): void {
    const numbers = this.byTopic.get(topic);
    const last = numbers?.[partition];
    if (numbers && last) numbers[partition] = { ...last, digest };
  }

  kept(): LastNumbers {
    return LastNumbers.of(new Map([...this.before, ...this.byTopic]));
  }
}

const none: Last = { seq: 0n, digest: noDigest };
