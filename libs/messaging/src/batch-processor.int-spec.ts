import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PersonChangedSchema } from '#libs/contracts';
import { accountChange, accountMove } from '#libs/testing';
import type { RunHandler } from './batch-processor.js';
import type { FetchedBatch } from './sorted-batch.js';
import {
  batchOf,
  plan,
  ProcessorBed,
  recordOf,
  Refused,
  Unreachable,
} from '../test/batch-processor.test-support.js';

/** Goal: a batch and its position are one, whatever is in it. Method: the class on a real database. */
let bed: ProcessorBed;
beforeEach(async () => {
  bed = await ProcessorBed.start('2022-01-03');
});
afterEach(() => bed.stop());

test('skips what its position says it has, whoever fetched it', async () => {
  const batch = batchOf(0, accountChange('a', 1), accountChange('b', 1));
  await Promise.all([bed.processor().process(batch, plan), bed.processor().process(batch, plan)]);
  await bed.processor().process(batchOf(1, accountChange('b', 1), accountChange('b', 2)), plan);
  expect(bed.names()).toEqual(['a1', 'b1', 'b2']);
  expect(await bed.position()).toMatchObject({
    next_offset: 3n,
    handled: 3n,
    parked: 0n,
    repeated: 0n,
  });
});

test('drops what the relay sent twice, by its number, at new offsets', async () => {
  const first = batchOf(0, accountChange('a', 1), accountChange('a', 2));
  await bed.processor().process(first, plan);
  const again = { ...first, fetchedOffset: 2n, highWatermark: 5n };
  const records = first.records.map((r, n) => ({ ...r, offset: BigInt(n + 2) }));
  const next = recordOf(4, accountChange('a', 3), { seq: '9', prev: '2' });
  await bed.processor().process({ ...again, records: [...records, next] }, plan);
  expect(bed.seen.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(await bed.position()).toMatchObject({ next_offset: 5n, handled: 3n, repeated: 2n });
});

test('a new incarnation goes on from what its parent had sent; what it does not state stops it, nothing is applied from there', async () => {
  await bed.processor().process(batchOf(0, accountChange('a', 1), accountChange('a', 2)), plan);
  const restored = recordOf(2, accountChange('a', 3), { seq: '3', epoch: '2', lineage: '1:3' });
  await bed.processor().process({ ...batchOf(2), records: [restored], highWatermark: 3n }, plan);
  expect(bed.seen).toHaveLength(3);
  const older = { seq: '3', prev: '2', epoch: '9', lineage: '1:3' };
  const records = [
    recordOf(3, accountChange('b', 4), { seq: '4', prev: '3', epoch: '2', lineage: '1:3' }),
    recordOf(4, accountChange('a', 5), older),
    recordOf(5, accountChange('a', 6), { ...older, seq: '4', prev: '3' }),
  ];
  const batch = { ...batchOf(3), records, highWatermark: 6n };
  const stopped = await bed.processor().process(batch, plan);
  expect(stopped).toMatchObject({ handled: 1, parked: 0, stop: { offset: 4n } });
  expect(bed.seen).toHaveLength(4);
  expect(await bed.position()).toMatchObject({
    ...{ next_offset: 4n, last_epoch: 2n, last_seq: 4n },
    stopped: expect.stringMatching(/^INCARNATION incarnation 9 .* after incarnation 2 /),
  });
  expect(await bed.processor().process(batch, plan)).toMatchObject({
    ...{ handled: 0, stop: { offset: 4n } },
  });
});

test('FCT-1: a foreign record, whatever its number, and one of a former incarnation are set aside; the owner’s have their effect', async () => {
  const b = { epoch: '7', lineage: '1:3' };
  const records = [
    recordOf(0, accountChange('a', 1), { seq: '1', prev: '0' }),
    {
      ...recordOf(1, accountChange('x', 1), { seq: '900000000000000', prev: '0' }),
      proof: { fault: 'SIGNATURE_WRONG' as const },
    },
    recordOf(2, accountChange('y', 1), { seq: '9'.repeat(18), prev: '1' }),
    recordOf(3, accountChange('a', 9), { seq: undefined, prev: undefined, epoch: undefined }),
    recordOf(4, accountChange('a', 2), { ...b, seq: '3', prev: '1' }),
    recordOf(5, accountChange('a', 8), { seq: '4', prev: '3' }),
    recordOf(6, accountChange('a', 3), { ...b, seq: '4', prev: '3' }),
  ];
  await bed.processor().process({ ...batchOf(0), records, highWatermark: 7n }, plan);
  expect(bed.names()).toEqual(['a1', 'a2', 'a3']);
  expect(await bed.parked()).toEqual([]);
  const { rows } = await bed.fresh.database.query('select fault from platform.foreign_record');
  expect(rows).toEqual([
    { fault: 'SIGNATURE_WRONG' },
    { fault: 'NO_NUMBER' },
    { fault: 'NO_PROOF' },
    { fault: 'OLD_INCARNATION' },
  ]);
  // Nor do they hold up what comes for its key in another batch.
  const later = recordOf(7, accountChange('a', 4), { ...b, seq: '5', prev: '4' });
  const next = { ...batchOf(7), records: [later], highWatermark: 8n };
  expect(await bed.processor().process(next, plan)).toMatchObject({ handled: 1, parked: 0 });
});

test('a gap stops a topic of facts; a compacted one goes on', async () => {
  const gone = recordOf(0, accountChange('a', 3), { seq: '3', prev: '2' });
  const batch = { ...batchOf(0), records: [gone], highWatermark: 1n };
  expect(await bed.processor().process(batch, plan)).toMatchObject({
    stop: { word: 'GAP number 3 follows 2, applied up to 0' },
  });
  expect(await bed.processor().process(batch, { ...plan, tombstones: true })).toMatchObject({
    handled: 1,
  });
  expect(await bed.position()).toMatchObject({ next_offset: 1n, stopped: null });
});

test('a fetch that does not fit the position applies nothing, and says where the position is', async () => {
  await bed.processor().process(batchOf(0, accountChange('a', 1)), plan);
  await expect(bed.processor().process(batchOf(7, accountChange('a', 8)), plan)).resolves.toEqual({
    status: 'elsewhere',
    nextOffset: 1n,
    topicId: null,
  });
  // Fetched before this process slept, while another applied more.
  await bed.fresh.database.query('update platform.consumer_position set next_offset = 900');
  await expect(bed.processor().process(batchOf(0, accountChange('a', 1)), plan)).resolves.toEqual({
    status: 'elsewhere',
    nextOffset: 900n,
    topicId: null,
  });
  expect(bed.seen).toHaveLength(1);
});

test('what has no position is read from where its log begins, wherever the fetch began', async () => {
  const above = { ...batchOf(7, accountChange('a', 8)), logStart: 5n };
  await expect(bed.processor().process(above, plan)).resolves.toEqual({
    status: 'elsewhere',
    nextOffset: 5n,
    topicId: null,
  });
  expect(bed.seen).toEqual([]);
});

test('parks garbage, unknown and unlisted types with their cause; other keys go on, their own wait', async () => {
  const batch: FetchedBatch = {
    ...batchOf(0),
    highWatermark: 7n,
    records: [
      recordOf(0, accountChange('a', 1)),
      { ...recordOf(1, accountChange('a', 2)), value: Buffer.from([255, 255, 255]) },
      recordOf(2, accountChange('a', 3)),
      recordOf(3, { ...accountChange('b', 1), type: 'ent.nowhere.v1.Happened' }),
      recordOf(4, { ...accountChange('c', 1), type: PersonChangedSchema.typeName }),
      recordOf(5, accountChange('d', 1), { 'business-date': 'yesterday' }),
      recordOf(6, accountChange('e', 1)),
    ],
  };
  await bed.processor().process(batch, plan);
  expect(bed.names()).toEqual(['a1', 'e1']);
  expect((await bed.parked()).map(({ key, at, cause }) => [key, at, cause])).toEqual([
    ['a', 1, 'UNDECODABLE'],
    ['a', 2, 'BEHIND_A_PARKED_EVENT'],
    ['b', 3, 'UNKNOWN_TYPE'],
    ['c', 4, 'UNKNOWN_TYPE'],
    ['d', 5, 'UNDECODABLE'],
  ]);
  expect(await bed.position()).toMatchObject({ next_offset: 7n, handled: 2n, parked: 5n });
  await bed.processor().process(batchOf(7, accountChange('a', 4), accountChange('e', 2)), plan);
  expect(bed.names()).toEqual(['a1', 'e1', 'e2']);
  expect((await bed.parked()).at(-1)).toMatchObject({
    key: 'a',
    at: 7,
    cause: 'BEHIND_A_PARKED_EVENT',
  });
});

test('an event whose handler throws is parked with the later ones of its key, the others keep their effect', async () => {
  const moody: RunHandler = async (tx, run) => {
    if (run.events.some(({ body }) => (body as { sequence: number }).sequence === 13)) {
      throw new Refused('non');
    }
    for (const { id } of run.events) {
      await tx.query(
        "insert into platform.audit_entry (actor, action, subject) values ('x', 'effect', $1)",
        [id],
      );
    }
  };
  const outcome = await bed
    .processor(moody)
    .process(
      batchOf(
        0,
        accountChange('a', 1),
        accountChange('b', 13),
        accountChange('b', 14),
        accountMove('b', 15),
        accountChange('c', 1),
      ),
      plan,
    );
  expect(outcome).toEqual({
    status: 'applied',
    handled: 2,
    parked: 3,
    repeated: 0,
    forgone: 0,
    foreign: 0,
    foreignRows: 0,
  });
  const { rows } = await bed.fresh.database.query(
    'select count(*)::int as n from platform.audit_entry',
  );
  expect(rows[0]?.['n']).toBe(2);
  expect(await bed.parked()).toMatchObject([
    { key: 'b', at: 1, cause: 'HANDLER_FAILED', detail: 'REFUSED: non' },
    { key: 'b', at: 2, cause: 'BEHIND_A_PARKED_EVENT' },
    { key: 'b', at: 3, cause: 'BEHIND_A_PARKED_EVENT' },
  ]);
});

test('of a personal topic only position, key and cause are kept', async () => {
  const failing: RunHandler = () => Promise.reject(new Error('Durand, Léa'));
  await bed.processor(failing).process(batchOf(0, accountChange('a', 1)), {
    ...plan,
    personal: true,
  });
  expect(await bed.parked()).toEqual([
    { key: 'a', at: 0, cause: 'HANDLER_FAILED', detail: '', empty: true },
  ]);
});

test('a service out of reach parks nothing: the batch is left for later', async () => {
  const away: RunHandler = () => Promise.reject(new Unreachable('plus tard'));
  await expect(
    bed.processor(away).process(batchOf(0, accountChange('a', 1)), plan),
  ).rejects.toThrow(Unreachable);
  expect(await bed.position()).toBeUndefined();
  expect(await bed.parked()).toEqual([]);
});

test('a batch costs two journeys besides its handler’s own: the position travels with the commit', async () => {
  const processor = bed.processor(() => Promise.resolve());
  await processor.process(batchOf(0, accountChange('a', 1)), plan);
  let answers = 0;
  bed.fresh.database.pool.on('acquire', ({ connection }) => {
    (connection as unknown as EventEmitter).on('readyForQuery', () => (answers += 1));
  });
  await processor.process(batchOf(1, accountChange('a', 2)), plan);
  expect(answers).toBe(2);
  expect(await bed.position()).toMatchObject({ next_offset: 2n, handled: 2n });
});
