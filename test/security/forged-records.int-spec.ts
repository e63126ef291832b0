import { randomUUID } from 'node:crypto';
import { allTopics, event, type NewEvent, type Topic } from '#libs/contracts';
import {
  drawFactKey,
  partitionOf,
  type ProvenMessage as Message,
  proveRecords,
  signingKeyOf,
} from '#libs/messaging';
import { MessagingBed, testSigningKey } from '#libs/testing';
import { recordsOf } from '../../libs/messaging/test/topic-made-anew.test-support.js';

/**
 * Goal: no record that its owner did not sign has an effect, of whichever type (FCT-1). Method: a consumer that handles
 * every type of every topic on the real broker; of each type one true record, and forgeries with the right next number.
 */
let bed: MessagingBed;
let epoch = '';
beforeAll(async () => {
  bed = await MessagingBed.start(allTopics);
  bed.relay();
  const consumer = bed.consumer(undefined, {
    consumes: Object.fromEntries(allTopics.map(({ name, events }) => [name, { handles: events }])),
  });
  await bed.emit('2022-01-03');
  await bed.listen(consumer);
}, 60_000);
afterAll(() => bed.stop(), 60_000);

type Headers = Record<string, string>;
const reader = signingKeyOf(drawFactKey());

/** In the words of the owner, with the next number of the partition. */
function forgery({ key, type, value }: NewEvent, seq: number): Message & { headers: Headers } {
  const numbers = { seq: `${seq + 1}`, prev: `${seq}`, epoch };
  const headers = { id: randomUUID(), type, aggregate: key, 'business-date': '2022-01-03' };
  return { key, value: value && Buffer.from(value), headers: { ...headers, ...numbers } };
}

const ways: Record<
  string,
  (
    record: Message & { headers: Headers },
    place: Topic & { partition: number },
    proof: string,
  ) => void
> = {
  'no proof': () => undefined,
  'the proof of another record of the owner': (record, _place, proof) => {
    record.headers['proof'] = proof;
  },
  'the key of a reader': (record, { name, partition, keeps }) => {
    proveRecords(
      { topic: name, partition, compacted: keeps === 'STATE' },
      [record],
      digest,
      reader,
    );
  },
  'the key of a reader under the name of the owner’s': (record, { name, partition, keeps }) => {
    const { kid } = testSigningKey.current();
    const place = { topic: name, partition, compacted: keeps === 'STATE' };
    proveRecords(place, [record], digest, { ...reader, kid });
  },
};
const digest = '0'.repeat(64);

test.each(allTopics.map((topic) => [topic.name, topic] as const))(
  'FCT-1: %s changes nothing in any service that reads it, forged with the right number',
  async (name, topic) => {
    const key = randomUUID();
    const partition = partitionOf(key, topic.partitions);
    // The true ones of this topic, each type once.
    const effects = async () =>
      (await bed.effects()).filter((one) => one.key === key).map(({ type }) => type);
    const own = topic.events.map((schema) => ({ ...event(schema, key, {}), topic: name }));
    await bed.emit('2022-01-03', ...own);
    const types = own.map(({ type }) => type);
    await bed.until(
      'the true ones are applied',
      async () => (await effects()).length === types.length,
    );
    ({ epoch } = await bed.row<{ epoch: string }>(
      'select max(epoch)::text as epoch from platform.incarnation',
    ));
    const log = (await recordsOf(bed, name, types.length)).filter((one) => String(one.key) === key);
    const proof = String(log.findLast(({ headers }) => headers?.['proof'])?.headers?.['proof']);

    const { seq } = await bed.row<{ seq: bigint }>(
      `select last_seq as seq from platform.consumer_position where topic = '${name}' and partition = ${partition}`,
    );
    const forged = Object.values(ways).flatMap((way) =>
      own.map((one) => {
        const record = forgery(one, Number(seq));
        way(record, { ...topic, partition }, proof);
        return { ...record, partition };
      }),
    );
    await bed.send(name, forged as never);
    await bed.emit('2022-01-03', own[0]!);
    await bed.until(
      'the next true one is applied',
      async () => (await effects()).length > types.length,
    );
    expect(await effects()).toEqual([...types, types[0]]);
    const { foreign, parked, stopped } = await bed.row<Record<string, unknown>>(
      `select sum(foreign_records)::int as foreign, sum(parked)::int as parked, max(stopped) as stopped
         from platform.consumer_position where topic = '${name}'`,
    );
    expect({ foreign, parked, stopped }).toEqual({
      foreign: forged.length,
      parked: 0,
      stopped: null,
    });
  },
  60_000,
);
