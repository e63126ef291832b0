import { freshDatabase, type FreshDatabase } from '#libs/testing';

/**
 * Goal: a service's own role moves its day by the owner's function alone, forward, and by the clock no further than today
 * in Paris (MKT-4). Method: hostile statements as that role, on a database migrated for the clock and one for a player.
 */
let db: FreshDatabase;
beforeEach(async () => {
  db = await freshDatabase('platform');
});
afterEach(() => db.drop());

const byClock = () => db.asOwner(`update platform.calendar_mode set mode = 'clock'`);
const standAt = (day: string) => db.asOwner('update platform.business_day set day = $1', [day]);
const today = async () =>
  (await db.asOwner(`select (now() at time zone 'Europe/Paris')::date::text as day`)).rows[0]![
    'day'
  ];
const daysAgo = async (days: number) =>
  (await db.asOwner('select ($1::date - $2::int)::text as day', [await today(), days])).rows[0]![
    'day'
  ] as string;
const standing = async () =>
  (await db.asOwner('select day::text from platform.business_day')).rows[0]!['day'];
/** As the service: `done`, or the code of the refusal. */
const attempt = (sql: string, values: unknown[] = []) =>
  db.database.query(sql, values).then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );
const begin = (day: string | null) => attempt('select platform.begin_day($1)', [day]);
const denied = '42501';
const outOfBounds = 'EN002';

test('MKT-4: the role of a service moves no day and changes no mode by a statement of its own', async () => {
  await standAt('2022-01-03');
  const statements = [
    `update platform.business_day set day = '2027-01-01'`,
    `update platform.business_day set day = 'infinity'`,
    `insert into platform.business_day (only_row, day) values (true, '2027-01-01') on conflict do nothing`,
    'delete from platform.business_day',
    'truncate platform.business_day',
    `update platform.calendar_mode set mode = 'player'`,
    'delete from platform.calendar_mode',
    `insert into platform.day_order (stood_on, until_on, reference) values ('2020-01-01', '2099-01-01', 'forgé')`,
    'delete from platform.day_order',
    'alter table platform.business_day disable trigger all',
    `create or replace function platform.begin_day(next date) returns void language sql as 'select null::void'`,
    'set session_replication_role = replica',
  ];
  const outcomes: string[] = [];
  for (const sql of statements) outcomes.push(`${await attempt(sql)} ${sql}`);
  expect(outcomes).toEqual(statements.map((sql) => `${denied} ${sql}`));
  expect(await standing()).toBe('2022-01-03');
});

test.each([['clock'], ['player']])(
  'MKT-4: with the %s no day begins that is no local date, or that lies back',
  async (mode) => {
    await db.asOwner('update platform.calendar_mode set mode = $1', [mode]);
    await standAt('2022-01-03');
    for (const day of [
      ...[
        'infinity',
        '-infinity',
        '2022-01-03 BC',
        '0044-03-15 BC',
        '10000-01-01',
        '5874897-12-31',
      ],
      ...['2022-01-02', '0001-01-01', null],
    ]) {
      expect([day, await begin(day)]).not.toEqual([day, 'done']);
      expect(await standing()).toBe('2022-01-03');
    }
    await db.asOwner('alter table platform.business_day disable trigger user');
    await db.asOwner('update platform.business_day set day = null');
    await db.asOwner('alter table platform.business_day enable trigger user');
    for (const day of ['infinity', '-infinity', '0044-03-15 BC', null])
      expect([day, await begin(day)]).not.toEqual([day, 'done']);
    expect(await standing()).toBeNull();
    // The same day twice changes nothing.
    expect(await begin('2022-01-03')).toBe('done');
    expect(await begin('2022-01-03')).toBe('done');
    expect(await standing()).toBe('2022-01-03');
  },
);

test('MKT-4: by the clock no day after today in Paris begins: not at once, not in steps of one transaction, not by an order', async () => {
  await byClock();
  await standAt(await daysAgo(3));
  expect(await begin('2027-01-01')).toBe(outOfBounds);
  expect(await begin('2099-01-01')).toBe(outOfBounds);
  const inSteps = `do $$ declare day date; begin
    select b.day into day from platform.business_day b;
    while day < '2099-01-01' loop day := day + 7; perform platform.begin_day(day); end loop; end $$`;
  expect(await attempt(inSteps)).toBe(outOfBounds);
  // The zone and the clock of the session are not asked.
  const zoned = `set timezone = 'Pacific/Kiritimati'; select platform.begin_day(current_date + 1)`;
  expect(await attempt(zoned)).toBe(outOfBounds);
  const ordered = `do $$ begin perform platform.order_days('2099-01-01', 'forgé'); perform platform.begin_day('2099-01-01'); end $$`;
  expect(await attempt(ordered)).toBe(outOfBounds);
  expect(await standing()).toBe(await daysAgo(3));
  expect(await begin(await today())).toBe('done');
});

test('MKT-4: by the clock more than seven days need an order for them, which the database keeps', async () => {
  await byClock();
  const [stood, until] = [await daysAgo(30), await daysAgo(10)];
  await standAt(stood);
  expect(await begin(until)).toBe(outOfBounds);
  expect(await attempt('select platform.order_days($1, $2)', [until, ''])).toBe('23514');
  expect(await attempt('select platform.order_days($1, $2)', [until, null])).toBe('23502');
  expect(await attempt('select platform.order_days($1, $2)', [until, 'x'.repeat(201)])).toBe(
    '23514',
  );
  expect(await attempt('select platform.order_days($1, $2)', [stood, 'Ordre n° 12'])).toBe('23514');
  expect(await attempt('select platform.order_days($1, $2)', [until, 'Ordre n° 12'])).toBe('done');
  // One day more than ordered.
  expect(await begin(await daysAgo(9))).toBe(outOfBounds);
  // In days of handlers, or at once.
  expect(await begin(await daysAgo(25))).toBe('done');
  expect(await begin(until)).toBe('done');
  // Its days are over: it lifts nothing any more.
  expect(await begin(await daysAgo(1))).toBe(outOfBounds);
  expect(await begin(await daysAgo(3))).toBe('done');
  const { rows } = await db.asOwner(
    'select stood_on::text, until_on::text, reference from platform.day_order',
  );
  expect(rows).toEqual([{ stood_on: stood, until_on: until, reference: 'Ordre n° 12' }]);
  await expect(db.asOwner('delete from platform.day_order')).rejects.toThrow('never changed');
});

test('MKT-4: an empty database begins its first day by the clock; a missing mode counts as the clock', async () => {
  await byClock();
  expect(await begin('2019-09-01')).toBe('done');
  expect(await begin('2019-10-01')).toBe(outOfBounds);
  await db.asOwner('delete from platform.calendar_mode');
  expect(await begin('2019-10-01')).toBe(outOfBounds);
});

test('MKT-4: temporary tables of the session do not change the function of the owner', async () => {
  await byClock();
  await db.allowTemporary();
  await standAt(await daysAgo(3));
  const own = `create temporary table calendar_mode (mode text); create temporary table business_day (day date);
    set search_path = pg_temp, platform; select platform.begin_day('2027-01-01')`;
  expect(await attempt(own)).toBe(outOfBounds);
});
