import { fromBinary, type DescMessage } from '@bufbuild/protobuf';
import { BusinessDayStartedSchema, headers as names, schemaOf } from '#libs/contracts';
import { isLocalDate, type LocalDate } from '#libs/time';
import type { RecordProof } from './proofs/proof-verifier.js';
import type { UnreadableBatch } from './record-batches.js';

/** Characters. Ids are far shorter; an index row of PostgreSQL takes 2,704 bytes. */
export const keyLengthMax = 500;
/** Characters of one header of the envelope. */
export const headerLengthMax = 1_000;

/** An event as a handler gets it. */
export type ReceivedEvent<Body = unknown> = {
  readonly id: string;
  /** Full protobuf name. */
  readonly type: string;
  readonly key: string;
  /** The owner's day when the fact was recorded (MKT-4). */
  readonly businessDate: LocalDate;
  /** Undefined for a tombstone: type it as `undefined` where the event is one. */
  readonly body: Body;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly traceparent?: string | undefined;
};

/** A record, whoever wrote it. */
export type RawRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly header: (name: string) => string | undefined;
  /** It stands for a whole batch that cannot be read, at the last offset of it. */
  readonly unreadable?: UnreadableBatch;
};

/** A record as it stands in the log. */
export type LoggedRecord = RawRecord & {
  /** Whether the owner of the topic wrote it. */
  readonly proof: RecordProof;
};

/** What a consumer does with a topic. */
export type TopicPlan = {
  readonly handles: ReadonlyMap<string, DescMessage>;
  readonly passesOver: ReadonlySet<string>;
  /** Compacted: a null value is a tombstone. */
  readonly tombstones: boolean;
  /** Personal data: parked events keep no value (SUP-4). */
  readonly personal: boolean;
};

/** An event that cannot be given to a handler; `cause` is the stable code it is parked under. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable';
  constructor(
    readonly code: 'UNDECODABLE' | 'UNKNOWN_TYPE',
    message: string,
  ) {
    super(message);
  }
}

/** The event in a record, without its body where the type is passed over. Throws NotReadable. */
export function readEvent(record: RawRecord, plan: TopicPlan): ReceivedEvent {
  const type = headerOf(record, names.type);
  if (!type) throw new NotReadable('UNDECODABLE', 'no type in the envelope');
  const schema = plan.handles.get(type);
  if (!schema && !plan.passesOver.has(type)) {
    const known = schemaOf(type) ? 'known, but not listed by this consumer' : 'unknown here';
    throw new NotReadable('UNKNOWN_TYPE', `${type} is ${known}`);
  }
  // The start of a day is judged by its body, also where no handler takes it.
  const isDayStart = type === BusinessDayStartedSchema.typeName;
  const carried = schema ?? (isDayStart ? BusinessDayStartedSchema : undefined);
  const id = headerOf(record, names.id);
  const businessDate = headerOf(record, names.businessDate);
  if (!id) throw new NotReadable('UNDECODABLE', 'no id in the envelope');
  if (!isDay(businessDate)) {
    throw new NotReadable('UNDECODABLE', 'no business date in the envelope');
  }
  if (record.key === null) throw new NotReadable('UNDECODABLE', 'no key');
  if (record.key.length > keyLengthMax) {
    throw new NotReadable('UNDECODABLE', `a key above ${keyLengthMax} characters`);
  }
  const traceparent = headerOf(record, names.traceparent);
  return {
    id,
    type,
    key: record.key,
    businessDate,
    body: carried && readBody(carried, record.value, plan),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    traceparent,
  };
}

function headerOf(record: RawRecord, name: string): string | undefined {
  const text = record.header(name);
  if (text !== undefined && text.length > headerLengthMax) {
    throw new NotReadable('UNDECODABLE', `${name} above ${headerLengthMax} characters`);
  }
  return text;
}

let lastDay: LocalDate | undefined;

/** Thousands of events in a row bear the same day: it is looked at once. */
function isDay(text: string | undefined): text is LocalDate {
  if (text === undefined) return false;
  if (text === lastDay) return true;
  if (!isLocalDate(text)) return false;
  lastDay = text;
  return true;
}

function readBody(schema: DescMessage, value: Uint8Array | null, plan: TopicPlan): unknown {
  if (value === null) {
    if (plan.tombstones) return undefined;
    throw new NotReadable('UNDECODABLE', 'no body, in a topic that keeps facts');
  }
  try {
    return fromBinary(schema, value);
  } catch (error) {
    throw new NotReadable('UNDECODABLE', error instanceof Error ? error.message : String(error));
  }
}
