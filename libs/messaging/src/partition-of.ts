import type { ICustomPartitioner } from 'kafkajs';

/** The partition of a key as Kafka's own clients choose it: murmur2 of its bytes. */
export function partitionOf(key: string | Buffer, partitions: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7f_ff_ff_ff) % partitions;
}

/** kafkajs computes the same in objects of 64 bits, which costs ten times as much. Every event has a key. */
export const keyPartitioner: ICustomPartitioner =
  () =>
  ({ message, partitionMetadata }) =>
    message.partition ?? partitionOf(message.key ?? '', partitionMetadata.length);

const m = 0x5b_d1_e9_95;

function murmur2(data: Buffer): number {
  const { length } = data;
  let h = 0x97_47_b2_8c ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k = Math.imul(data.readInt32LE(i), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  if (i < length) {
    for (let rest = length - 1; rest >= i; rest -= 1) h ^= (data[rest] ?? 0) << (8 * (rest - i));
    h = Math.imul(h, m);
  }
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}
