import { createLogger, registry } from '#libs/observability';
import { factOf, MeterBed } from '../../test/meter-bed.test-support.js';
import { PgMeterPositions } from './meter-positions.pg-reader.js';
import { RecountEachDay } from './recount-each-day.js';

/** Goal: a figure that somebody writes by hand is seen. Method: SQL as the service's own role, then the recount of a day. */
let bed: MeterBed;
beforeEach(async () => {
  bed = await MeterBed.open();
  await bed.take([
    factOf('00000000-0000-4000-8000-000000000001', 1, '2026-08-01', true),
    factOf('00000000-0000-4000-8000-000000000002', 1, '2026-08-01', true),
    factOf('00000000-0000-4000-8000-000000000002', 2, '2026-08-20', false),
  ]);
});
afterEach(() => bed.stack.drop());

const recounting = () => {
  const positions = new PgMeterPositions(
    bed.stack.database,
    undefined as never,
    undefined as never,
  );
  return new RecountEachDay(bed.reader, positions, createLogger('test', 'silent'));
};
const metric = async (name: string) =>
  Number((await registry.getSingleMetric(name)!.get()).values[0]?.value);
const differences = () => metric('ent_usage_differences');

test.each([
  'update usage_change set delta = 0',
  "update usage_change set delta = delta + 1 where day = '2026-08-20'",
  `insert into usage_change (membership_id, item_code, uai, day, shard, delta)
     values ('m-story', 'COMPTE_ELEVE', '0440001A', '2026-08-10', 0, 5)`,
  `insert into usage_change (membership_id, item_code, uai, day, shard, delta)
     values ('m-other', 'COMPTE_ELEVE', '0440001A', '2099-01-01', 7, 1)`,
  `insert into usage_change (membership_id, item_code, uai, day, shard, delta)
     select membership_id, item_code, uai, day, 9, -delta from usage_change
     on conflict (membership_id, item_code, uai, day, shard) do update set delta = 0`,
  `merge into usage_change c using (select 'm-story' as m) s on c.membership_id = s.m
     when matched then update set delta = 0`,
])('MTR-2: the recount of the day raises the alarm’s metric after: %s', async (statement) => {
  const recount = recounting();
  expect(await recount.execute()).toBe(true);
  expect(await differences()).toBe(0);
  await bed.stack.database.query(statement);
  // The same day again: nothing is counted.
  expect(await recount.execute()).toBe(false);
  expect(await differences()).toBe(0);
  await bed.stack.asOwner("update platform.business_day set day = '2026-09-02'");
  expect(await recount.execute()).toBe(true);
  expect(await differences()).toBeGreaterThan(0);
  expect(await metric('ent_usage_recounted_seconds')).toBeGreaterThan(Date.now() / 1_000 - 60);
});

test('MTR-2: facts that are taken in meanwhile raise no alarm', async () => {
  const recount = recounting();
  const taken = Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      bed.take(
        [
          factOf(
            `00000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`,
            1,
            '2026-08-05',
            true,
          ),
        ],
        n % 3,
      ),
    ),
  );
  await recount.execute();
  expect(await differences()).toBe(0);
  await taken;
});

test('MTR-2: before the first day nothing is recounted', async () => {
  await bed.stack.asOwner(
    'set session_replication_role = replica; update platform.business_day set day = null',
  );
  expect(await recounting().execute()).toBe(false);
});
