import { create, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { topicOf } from './topics.js';

/** An event to be written to the outbox: its body is encoded, its envelope is added there. */
export type NewEvent = {
  /** Full protobuf name. */
  readonly type: string;
  readonly topic: string;
  /** The aggregate's id: the record's key, which fixes the order. */
  readonly key: string;
  /** Encoded body; null is a tombstone (the key's state is erased from a compacted topic). */
  readonly value: Uint8Array | null;
  /** Id of the event or command that caused this one. */
  readonly causation?: string;
};

/** A fact of a schema about the aggregate `key`; the topic is the one that carries the schema. */
export function event<Desc extends DescMessage>(
  schema: Desc,
  key: string,
  body: MessageInitShape<Desc>,
  causation?: string,
): NewEvent {
  return {
    type: schema.typeName,
    topic: topicOf(schema.typeName).name,
    key,
    value: toBinary(schema, create(schema, body)),
    ...(causation === undefined ? {} : { causation }),
  };
}

/** The erasure of a key of a compacted topic, as an event of its own type (SUP-4). */
export function tombstone(schema: DescMessage, key: string, causation?: string): NewEvent {
  return {
    type: schema.typeName,
    topic: topicOf(schema.typeName).name,
    key,
    value: null,
    ...(causation === undefined ? {} : { causation }),
  };
}

/** Names of the record headers that carry the envelope. */
export const headers = {
  id: 'id',
  type: 'type',
  aggregate: 'aggregate',
  occurredAt: 'occurred-at',
  businessDate: 'business-date',
  causation: 'causation',
  traceparent: 'traceparent',
  /** The relay's number, rising by one per database: a repetition bears the same one. */
  seq: 'seq',
  /** The number before it in its partition, 0 for the first: a gap or a stranger shows. */
  prev: 'prev',
  /** Of the producer's database: another one once it was restored, promoted or copied. */
  epoch: 'epoch',
  /** Of which epochs it goes on, and below which number: `parent:number`, the nearest first; the first has none. */
  lineage: 'lineage',
} as const;
