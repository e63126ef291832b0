import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { addDays, localDate, periodOf } from '#libs/time';
import { factOf, item, MeterBed } from '../../test/meter-bed.test-support.js';
import type { RecordedFact } from './account-facts.pg.js';

/** The meter on a real PostgreSQL: what the batches leave behind is what the facts say. */
describe('the meter', () => {
  let bed: MeterBed;
  beforeAll(async () => (bed = await MeterBed.open()));
  afterAll(() => bed.stack.drop());

  const until = localDate('2023-01-19');

  test('MTR-1, MTR-3: counts open days, and a late fact changes just the days that it concerns', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await bed.take([factOf(first, 1, '2022-10-19', true), factOf(second, 1, '2022-11-03', true)]);
    const period = periodOf('2022-10-19', '2023-01-19');
    expect(await bed.reader.bySchool('m-story', item, period)).toEqual([
      { uai: '0440001A', accountDays: 92 + 77, openAtEnd: 2 },
    ]);

    await bed.take([factOf(second, 2, '2022-11-10', false)]);
    expect(await bed.reader.changes('m-story', item, until)).toEqual([
      { day: '2022-10-19', delta: 1 },
      { day: '2022-11-03', delta: 1 },
      { day: '2022-11-10', delta: -1 },
    ]);
    expect(await bed.reader.recount('m-story', until, undefined)).toEqual({
      meteredAccountDays: 99n,
      recountedAccountDays: 99n,
      differences: 0,
      accounts: 2,
    });
  });

  test('MTR-1: counts nothing for who is financed by nobody or has no item', async () => {
    const before = await bed.reader.recount('', until, undefined);
    await bed.take([
      { ...factOf(randomUUID(), 1, '2022-10-19', true), membershipId: '' },
      { ...factOf(randomUUID(), 1, '2022-10-19', true), itemCode: '' },
    ]);
    expect(await bed.reader.recount('', until, undefined)).toEqual(before);
  });

  test('MKT-5: an account handed over on the boundary counts on each day for one membership, none lost or twice', async () => {
    const [from, to] = [randomUUID(), randomUUID()];
    const handed = [randomUUID(), randomUUID(), randomUUID()];
    const of = (membershipId: string, sequence: number, on: string) =>
      handed.map((accountId) => ({ ...factOf(accountId, sequence, on, true), membershipId }));
    // Told in the wrong order, and twice: the boundary came first.
    await bed.take(of(to, 2, '2026-07-19'));
    await bed.take([...of(from, 1, '2026-06-01'), ...of(to, 2, '2026-07-19')]);
    const end = localDate('2026-09-01');
    expect(await bed.reader.changes(from, item, end)).toEqual([
      { day: '2026-06-01', delta: 3 },
      { day: '2026-07-19', delta: -3 },
    ]);
    expect(await bed.reader.changes(to, item, end)).toEqual([{ day: '2026-07-19', delta: 3 }]);
    const days = async (membershipId: string) =>
      (await bed.reader.bySchool(membershipId, item, periodOf('2026-06-01', '2026-09-01'))).map(
        ({ accountDays, openAtEnd }) => ({ accountDays, openAtEnd }),
      );
    // 48 days up to 18 July and 44 from the 19th on: 92 in all, as without a handover.
    expect(await days(from)).toEqual([{ accountDays: 3 * 48, openAtEnd: 0 }]);
    expect(await days(to)).toEqual([{ accountDays: 3 * 44, openAtEnd: 3 }]);
  });

  test('MTR-2: any batches, in any order, with repeats, equal the recount; the recount sees a fault', async () => {
    const start = localDate('2022-09-01');
    const accounts = Array.from({ length: 5 }, () => randomUUID());
    const fact = fc.record({
      account: fc.nat(accounts.length - 1),
      on: fc.nat(60),
      isOpen: fc.boolean(),
      place: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        async (entries, dice) => {
          const run = randomUUID();
          const sequences = new Map<string, number>();
          const facts = entries.map(({ account, on, isOpen, place }): RecordedFact => {
            // New accounts for each run, so that runs do not meet.
            const accountId = run.slice(0, 30) + String(account).padStart(6, '0');
            const sequence = (sequences.get(accountId) ?? 0) + 1;
            sequences.set(accountId, sequence);
            return {
              accountId,
              sequence,
              effectiveOn: addDays(start, on),
              isOpen,
              membershipId: `${run}-${place}`,
              itemCode: item,
              uai: `044000${place}A`,
              ...{ profile: 1, isActivated: false },
            };
          });
          const arrivals = [...facts, ...facts]
            .map((arrived) => ({ arrived, rank: dice.next().value as number }))
            .sort((left, right) => left.rank - right.rank)
            .map(({ arrived }) => arrived);
          for (let at = 0; at < arrivals.length; at += 7)
            await bed.take(arrivals.slice(at, at + 7), at % 3);
          expect((await bed.reader.recount('', until, undefined)).differences).toBe(0);
        },
      ),
      {
        numRuns: Number(process.env['FC_RUNS'] ?? 25),
        ...(process.env['FC_SEED'] ? { seed: Number(process.env['FC_SEED']) } : {}),
      },
    );
    const all = await bed.reader.recount('', until, undefined);
    expect(all.meteredAccountDays).toBe(all.recountedAccountDays);

    await bed.stack.database.query(`update usage_change set delta = delta + 1
      where (membership_id, item_code, uai, day, shard) in
        (select membership_id, item_code, uai, day, shard from usage_change order by day limit 1)`);
    expect(await bed.reader.recount('', until, undefined)).toMatchObject({ differences: 1 });
  });

  test('MTR-1: tells the changes of a market page by page, the days of each shard and school together', async () => {
    await bed.stack.database.query(
      `insert into membership_copy (membership_id, organisation_id, market_code)
       values ('page-a', 'o', 'paged'), ('page-b', 'o', 'paged'), ('page-c', 'o', 'other')`,
    );
    const opened = (accountId: string, sequence: number, on: string, uai: string) => ({
      ...factOf(accountId, sequence, on, true),
      ...{ membershipId: 'page-b', uai },
    });
    const [first, second] = [randomUUID(), randomUUID()];
    await bed.take([opened(first, 1, '2022-10-19', '0440001A')]);
    await bed.take([opened(second, 1, '2022-10-19', '0440002B')], 1);
    // To another school on one day, and out of the figures from the day asked on.
    await bed.take([opened(first, 2, '2022-11-03', '0440002B')]);
    await bed.take([{ ...opened(second, 2, '2023-01-19', '0440002B'), isOpen: false }], 1);
    const page = (after: string, limit: number) =>
      bed.reader.ofMarket('paged', until, { after, limit });
    const ofB = {
      membershipId: 'page-b',
      items: [{ itemCode: item, changes: [{ day: '2022-10-19', delta: 2 }] }],
    };
    expect(await page('', 1)).toEqual([{ membershipId: 'page-a', items: [] }]);
    expect(await page('page-a', 1)).toEqual([ofB]);
    expect(await page('', 10)).toEqual([{ membershipId: 'page-a', items: [] }, ofB]);
  });

  test('MTR-2: refuses to change a fact that was taken', async () => {
    await expect(
      bed.stack.asOwner('update account_fact set is_open = not is_open'),
    ).rejects.toThrow('append-only');
  });
});
