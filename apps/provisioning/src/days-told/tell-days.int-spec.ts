import { jest } from '@jest/globals';
import { fromBinary } from '@bufbuild/protobuf';
import { AccountDaysToldSchema, topics } from '#libs/contracts';
import { partitionOf } from '#libs/messaging';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { PendingDaysTold } from './pending-days-told.js';

/**
 * Goal: the days before one are stated as told when all that had been said by then is in the facts of accounts, and by
 * nothing else than that (BIL-5). Method: what is left is put where it would lie, in the service's own database.
 */
jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const input = topics.person.name;
/** Logs end here as the day is first seen; later records are of no concern. */
const logEndsAt = (high: bigint) => {
  bed.ends.stated = [{ topic: input, partitions: [{ partition: 0, low: 0n, high }] }];
};
const readUpTo = (offset: number) =>
  bed.fresh.database.query(
    `insert into platform.consumer_position (topic, partition, next_offset) values ($1, 0, $2)
     on conflict (topic, partition) do update set next_offset = excluded.next_offset`,
    [input, offset],
  );
const told = async () =>
  (
    await bed.rows<{ key: string; value: Buffer }>(
      `select key, value from platform.outbox where type like '%.AccountDaysTold' order by id`,
    )
  ).map(({ key, value }) => ({
    partition: partitionOf(key, topics.account.partitions),
    before: fromBinary(AccountDaysToldSchema, value).before,
  }));
const pending = () => new PendingDaysTold(bed.daysTold).count();

test('BIL-5: states the days once, in each partition, also where two processes look at once', async () => {
  logEndsAt(0n);
  await bed.begin('2022-09-05');
  expect(await pending()).toBe(1);
  expect((await Promise.all([bed.tellDays.execute(), bed.tellDays.execute()])).sort()).toEqual([
    false,
    true,
  ]);
  const { partitions } = topics.account;
  expect((await told()).sort((a, b) => a.partition - b.partition)).toEqual(
    Array.from({ length: partitions }, (_, partition) => ({ partition, before: '2022-09-05' })),
  );
  expect([await bed.tellDays.execute(), await pending()]).toEqual([false, 0]);
});

test('BIL-5: what was said before the day was seen is read first, what is said later is not waited for', async () => {
  logEndsAt(7n);
  await bed.begin('2022-09-05');
  await readUpTo(6);
  expect(await bed.tellDays.execute()).toBe(false);
  logEndsAt(900n);
  await readUpTo(7);
  expect(await bed.tellDays.execute()).toBe(true);
});

test('BIL-5: an account that waits in the ENT holds up nobody: its confirmation is of the day on which it comes', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.import(pupils(uai, 2), { on: '2022-09-05' });
  bed.run({ isHeld: true });
  await bed.until('both wait in the ENT', async () => (await bed.states()).PROVISIONING === 2);
  logEndsAt(0n);
  await bed.begin('2022-09-06');
  expect(await bed.rows('select count(*)::int as n from ent_task')).toEqual([{ n: 2 }]);
  await bed.until('the days are told', async () => (await told()).length > 0);
  expect(await pending()).toBe(0);
});

test.each([
  [
    'a person is to be looked at for a day that is over',
    `insert into person_mark values (gen_random_uuid(), $1, 'an-import', 'IMPORT')`,
    ['2022-09-04', '2022-09-05'],
  ],
  [
    'seats of a day that is over are to be allotted',
    `insert into pool_mark values ('m1', 'ELEVE', $1, 'ORDER')`,
    ['2022-09-04', '2022-09-05'],
  ],
  [
    'an event of such a day is set aside',
    `insert into platform.parked_event (topic, partition, "offset", key, cause, awaits)
     values ('membership.events.v1', 0, 1, 'm1', case when $1::date > '2022-09-05' then 'AWAITS_CALENDAR' else 'HANDLER_FAILED' end,
             case when $1::date > '2022-09-05' then $1::date end)`,
    ['2022-09-04', '2022-09-06'],
  ],
] as const)(
  'BIL-5: states nothing while %s, one of a later day is no matter',
  async (_what, sql, days) => {
    logEndsAt(0n);
    await bed.begin('2022-09-05');
    const [over, later] = days;
    await bed.fresh.database.query(sql, [over]);
    expect(await bed.tellDays.execute()).toBe(false);
    await bed.fresh.asOwner('truncate person_mark, pool_mark, platform.parked_event cascade');
    await bed.fresh.database.query(sql, [later]);
    expect(await bed.tellDays.execute()).toBe(true);
  },
);

test('BIL-5: what was stated stays, and nobody states days to come', async () => {
  logEndsAt(0n);
  await bed.begin('2022-09-05');
  await bed.tellDays.execute();
  for (const before of ['2022-09-04', '2099-01-01']) {
    await expect(
      bed.fresh.database.query('update days_told set before = $1', [before]),
    ).rejects.toMatchObject({ constraint: 'days_told_go_forward' });
  }
});
