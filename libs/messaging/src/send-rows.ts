import type { Message, Producer } from 'kafkajs';
import { headers, topicNamed } from '#libs/contracts';
import { ArchiveDraft, type ArchivedBatch } from './fact-archive.js';
import type { Incarnation } from './incarnations.js';
import type { LastNumbers } from './last-numbers.js';
import type { WaitingRow } from './outbox-rows.js';
import type { SigningKey } from './proofs/fact-keys.js';
import { proveRecords } from './proofs/prove-records.js';
import { Refusals, refusalOf } from './unsent-keys.js';

/** Rows that went, also those of a key of which a later one was refused. */
export type Outcome = {
  readonly sent: WaitingRow[];
  readonly archived: ArchivedBatch[];
  readonly refusals: Refusals;
  /** With those that went. */
  numbers: LastNumbers;
};
export type NumberedRow = { readonly row: WaitingRow; readonly seq: bigint };
/** By which life of the database, signed with which key, to topics of which namespace. */
export type Way = {
  readonly incarnation: Incarnation;
  readonly key: SigningKey;
  readonly namespace: string;
};

/** What the broker takes, it takes whole: the outcome says so afterwards. */
export async function sendBatch(
  producer: Producer,
  rows: readonly NumberedRow[],
  way: Way,
  outcome: Outcome,
): Promise<void> {
  const { incarnation, key, namespace } = way;
  const draft = outcome.numbers.draft();
  const archive = new ArchiveDraft(incarnation.epoch);
  const messages = new Map<string, Message[]>();
  const byPartition = new Map<string, Message[][]>();
  for (const { row, seq } of rows) {
    let list = messages.get(row.topic);
    if (list === undefined) messages.set(row.topic, (list = []));
    const place = draft.next(row.topic, row.key, seq);
    const message = toMessage(row, seq, incarnation, place);
    list.push(message);
    if (!place) continue;
    archive.add(row.topic, place, seq, message);
    let parts = byPartition.get(row.topic);
    if (parts === undefined) byPartition.set(row.topic, (parts = []));
    (parts[place.partition] ??= []).push(message);
  }
  for (const [topic, parts] of byPartition) {
    const compacted = topicNamed(topic)?.keeps === 'STATE';
    // Partitions without a record are holes of the array, which forEach passes over.
    parts.forEach((part, partition) => {
      const before = draft.digest(topic, partition);
      const digest = proveRecords({ topic, partition, compacted }, part, before, key);
      draft.proven(topic, partition, digest);
    });
  }
  const topicMessages = [...messages].map(([topic, list]) => ({
    ...{ topic: namespace + topic, messages: list },
  }));
  await producer.sendBatch({ acks: -1, topicMessages });
  outcome.numbers = draft.kept();
  outcome.archived.push(...(await archive.batches()));
  for (const { row } of rows) outcome.sent.push(row);
}

/**
 * A topic at a time, then ever smaller parts, until it is known what the broker refuses. A partition that took its
 * share of a part gets it again with a smaller one, under the same numbers.
 */
export async function sendInParts(
  producer: Producer,
  rows: readonly NumberedRow[],
  way: Way,
  outcome: Outcome,
): Promise<void> {
  const { refusals } = outcome;
  const part = rows.filter(({ row }) => !refusals.has(row));
  const [first] = part;
  if (!first) return;
  const topics = [...new Set(part.map(({ row }) => row.topic))];
  if (topics.length > 1) {
    for (const topic of topics) {
      const ofTopic = part.filter(({ row }) => row.topic === topic);
      await sendInParts(producer, ofTopic, way, outcome);
    }
    return;
  }
  try {
    await sendBatch(producer, part, way, outcome);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    const { topic, key } = first.row;
    if (refusal.ofTheTopic) refusals.add({ topic, cause: refusal.cause });
    else if (part.length === 1) refusals.add({ topic, key, cause: refusal.cause });
    else {
      const middle = Math.ceil(part.length / 2);
      await sendInParts(producer, part.slice(0, middle), way, outcome);
      await sendInParts(producer, part.slice(middle), way, outcome);
    }
  }
}

function toMessage(
  row: WaitingRow,
  seq: bigint,
  { epoch, lineage }: Incarnation,
  place: { partition: number; prev: bigint } | undefined,
): Message {
  const envelope: Record<string, string> = {
    [headers.id]: row.event_id,
    [headers.type]: row.type,
    [headers.aggregate]: row.key,
    // '2026-11-25 01:17:00.123+00' as an instant of ISO 8601
    [headers.occurredAt]: `${row.occurred_at.slice(0, 10)}T${row.occurred_at.slice(11, -3)}Z`,
    [headers.businessDate]: row.business_date,
    [headers.seq]: seq.toString(),
    [headers.epoch]: epoch,
  };
  if (place) envelope[headers.prev] = place.prev.toString();
  if (lineage !== '') envelope[headers.lineage] = lineage;
  if (row.causation !== null) envelope[headers.causation] = row.causation;
  if (row.traceparent !== null) envelope[headers.traceparent] = row.traceparent;
  const value = row.value === null ? null : fromHex(row.value);
  return { key: row.key, value, headers: envelope, ...(place && { partition: place.partition }) };
}

const fromHex = (value: string): Buffer => Buffer.from(value.slice(2), 'hex');
