import { createKafka } from '#libs/messaging';
import { accountChange, MessagingBed } from '#libs/testing';
import { topics } from '#libs/contracts';
import {
  accountPartition as partitionOf,
  withStatus,
} from '../../libs/messaging/test/consumer-bed.test-support.js';
import { produceRaw, rawBatch } from '../../libs/messaging/test/raw-batches.test-support.js';

/**
 * Goal: whoever may write to the broker stops no partition, hides no record and fills no table (FCT-1). Method: what the
 * protocol of Kafka permits besides records, on the real broker; behind each attack a true fact in the same partition.
 */
let bed: MessagingBed;
let sequence = 0;
const partition = partitionOf('a');
beforeAll(async () => {
  bed = await MessagingBed.start();
  bed.relay();
  await bed.listen(bed.consumer());
}, 60_000);
afterAll(() => bed.stop(), 60_000);

const stranger = () => createKafka('stranger', { brokers: bed.brokers }, bed.logger);
const topic = () => bed.namespace + topics.account.name;
const record = { key: 'a', value: 'forged', partition };

async function inTransaction(end: 'commit' | 'abort' | 'leave open'): Promise<void> {
  const producer = stranger().producer({
    ...{ transactionalId: `${bed.namespace}${end}`, idempotent: true, maxInFlightRequests: 1 },
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: topic(), messages: [record] });
  if (end !== 'leave open') await transaction[end]();
  await producer.disconnect();
}

/** As one uncompressed batch whose first record says that it stands elsewhere. */
async function atAnotherPlace(zigzag: number): Promise<void> {
  const batch = rawBatch([{ key: 'a', value: 'forged' }], (bytes) => {
    bytes[64] = zigzag;
  });
  expect(await produceRaw(bed, topics.account.name, partition, batch)).toBe(0);
}

const attacks: Record<string, { foreign: number; act: () => Promise<unknown> }> = {
  // Its last record is a marker.
  'a transaction that is committed': { foreign: 2, act: () => inTransaction('commit') },
  'a transaction that is aborted': { foreign: 2, act: () => inTransaction('abort') },
  'a record behind its place in the log': { foreign: 1, act: () => atAnotherPlace(126) },
  'a record before its place in the log': { foreign: 1, act: () => atAnotherPlace(1) },
  '1,000 records that are refused in turn for two reasons': {
    foreign: 1_000,
    act: () =>
      bed.send(
        topics.account.name,
        Array.from({ length: 1_000 }, (_, n) => ({
          ...{ key: 'a', value: null, partition },
          headers: { [n % 2 === 0 ? 'x' : 'proof']: 'x' },
        })),
      ),
  },
  'a topic whose batches the broker packs anew': {
    foreign: 0,
    act: () => bed.configure('compression.type', 'zstd'),
  },
  // The last one: the broker aborts it after a minute.
  'a transaction that is left open': { foreign: 1, act: () => inTransaction('leave open') },
};

const figures = () =>
  bed.row<{ foreign: number; parked: number; stopped: string | null; counted: string }>(
    `select foreign_records::int as foreign, parked::int, stopped, (handled + repeated + foreign_records)::text as counted
       from platform.consumer_position where partition = $1`,
    [partition],
  );
const endOfLog = () =>
  withStatus(bed, async (status) => {
    const [{ endOffset = 0n } = {}] = await status.topicFigures();
    return endOffset;
  });
const next = async () => {
  await bed.emit('2022-01-03', accountChange('a', (sequence += 1)));
  await bed.untilEffects(sequence);
};

test.each(Object.entries(attacks))(
  'FCT-1: %s — no partition stops, and each record is counted',
  async (_name, { foreign, act }) => {
    await next();
    const before = await figures();
    const end = await endOfLog();
    await act();
    // The broker writes the marker of a transaction after it has answered.
    await bed.until(
      'the attack is in the log',
      async () => (await endOfLog()) >= end + BigInt(foreign),
    );
    await next();
    await bed.until('nothing is left to read', () =>
      withStatus(bed, async (status) =>
        (await status.topicFigures()).every(({ lag }) => lag === 0n),
      ),
    );
    const { counted, ...after } = await figures();
    expect(after).toEqual({ foreign: before.foreign + foreign, parked: 0, stopped: null });
    expect(await bed.sequencesOf('a')).toEqual(Array.from({ length: sequence }, (_, n) => n + 1));
    expect(counted).toBe(`${await endOfLog()}`);
    const { rows } = await bed.row<{ rows: number }>(
      'select count(*)::int as rows from platform.foreign_record',
    );
    expect(rows).toBeLessThanOrEqual(100);
  },
  60_000,
);
