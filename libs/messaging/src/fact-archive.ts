import type { Message } from 'kafkajs';
import { type Topic, topicNamed } from '#libs/contracts';
import { batchOf, packBatch } from './fact-archive-batch.js';

/** What went to one partition at once, as `platform.told` keeps it. */
export type ArchivedBatch = {
  readonly topic: string;
  readonly partition: number;
  /** The number that the first record follows there. */
  readonly prevSeq: bigint;
  readonly firstSeq: bigint;
  readonly lastSeq: bigint;
  readonly epoch: string;
  readonly events: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly records: Buffer;
};

/** Facts are kept for ever; the state of a person or a school is announced again by its owner, and is to be erased (SUP-4). */
export const isArchived = ({ keeps, personal }: Topic): boolean => keeps === 'FACTS' && !personal;

type Part = { readonly prevSeq: bigint; lastSeq: bigint; readonly messages: Message[] };
type Place = { readonly partition: number; readonly prev: bigint };

/** Gathers what is being sent, by partition; to be kept once the broker has taken it. */
export class ArchiveDraft {
  private readonly byTopic = new Map<string, (Part & { firstSeq: bigint })[] | undefined>();

  constructor(private readonly epoch: string) {}

  add(topic: string, { partition, prev }: Place, seq: bigint, message: Message): void {
    const parts = this.partsOf(topic);
    if (parts === undefined) return;
    const part = parts[partition];
    if (part === undefined) {
      parts[partition] = { prevSeq: prev, firstSeq: seq, lastSeq: seq, messages: [message] };
    } else {
      part.lastSeq = seq;
      part.messages.push(message);
    }
  }

  /** After the sending: the bytes that went are used again. */
  batches(): Promise<ArchivedBatch[]> {
    const packing = [...this.byTopic].flatMap(([topic, parts = []]) =>
      // Partitions without a record are holes of the array, which flatMap passes over.
      parts.flatMap(async ({ messages, ...numbers }, partition): Promise<ArchivedBatch> => {
        const batch = batchOf(messages);
        return {
          ...{ topic, partition, ...numbers, epoch: this.epoch },
          ...{ events: messages.length, bytes: batch.length, records: await packBatch(batch) },
        };
      }),
    );
    return Promise.all(packing);
  }

  private partsOf(name: string) {
    let parts = this.byTopic.get(name);
    if (parts === undefined && !this.byTopic.has(name)) {
      const topic = topicNamed(name);
      if (topic !== undefined && isArchived(topic)) parts = [];
      this.byTopic.set(name, parts);
    }
    return parts;
  }
}
