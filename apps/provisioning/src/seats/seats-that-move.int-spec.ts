import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { AccountMovedSchema, AccountStateChangedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import { step, unchanged } from '../accounts/domain/step.js';

jest.setTimeout(120_000);

/** Goal: a correction of the past changes accounts and seats from today only (ORD-4). It comes as any order does. */
describe('a correction', () => {
  const uai = '0440001A';
  const today = '2022-11-03';

  bedForEachTest();
  beforeEach(async () => {
    await bed.aMembership('m', { ordered: 3, uais: [uai] });
    await bed.import(
      [1, 2, 3, 4].map((n) => aPupil(n, { uai })),
      { on: '2022-09-05' },
    );
    await bed.settleAccounts();
    await bed.begin(today);
    await bed.settleAccounts();
  }, 60_000);

  const pool = async () => (await bed.rows('select held::int, ordered::int from seat_pool'))[0];
  /** What happened to accounts after they first got or missed their seat. */
  const steps = () =>
    bed.rows(
      `select from_state, to_state, effective_on from account_transition
        where effective_on > '2022-09-05' order by effective_on, from_state`,
    );

  test('ORD-4: one that lowers a past day and today takes the seat today, not on the past day', async () => {
    await bed.order('m', -1, '2022-09-20');
    await bed.settleAccounts();
    expect(await pool()).toEqual({ held: 2, ordered: 2 });
    expect(await steps()).toEqual([
      { from_state: 'PROVISIONING', to_state: 'WAITING_SEAT', effective_on: today },
    ]);
  });

  test('ORD-4: one that raises a past day and today gives the seat to who waits from today on', async () => {
    await bed.order('m', 1, '2022-09-20');
    await bed.settleAccounts();
    expect(await pool()).toEqual({ held: 4, ordered: 4 });
    expect(await steps()).toEqual([
      { from_state: 'WAITING_SEAT', to_state: 'PROVISIONING', effective_on: today },
    ]);
  });

  test('ORD-4: one of past days only, taken back before today, changes no account and no seat', async () => {
    await bed.fresh.unitOfWork.run((tx) =>
      bed.memberships.addOrder(tx, {
        orderId: 'correction',
        membershipId: 'm',
        lines: [
          { itemCode: 'ELEVE', effectiveFrom: '2022-09-20', delta: -2 },
          { itemCode: 'ELEVE', effectiveFrom: today, delta: 2 },
        ],
      }),
    );
    await bed.settleAccounts();
    expect(await pool()).toEqual({ held: 3, ordered: 3 });
    expect(await steps()).toEqual([]);
  });
});

describe('a school transferred', () => {
  const uai = '0440001A';
  const stays = '0440002B';
  const [told, day] = ['2022-09-05', '2022-09-20'];

  bedForEachTest(told);

  const gone = (membershipId: string, isTransfer = true) =>
    bed.fresh.unitOfWork.run((tx) =>
      bed.memberships.endFinancing(tx, { uai, membershipId, endedOn: day, isTransfer }),
    );
  const comes = (membershipId: string) =>
    bed.fresh.unitOfWork.run((tx) =>
      bed.memberships.finance(tx, { uai, membershipId, startsOn: day, endsOn: null }),
    );
  /** Accounts of the school: who they are, in which state and under whom. */
  const accounts = async () =>
    (
      await bed.rows<{ line: string }>(
        `select account_id || ' ' || state || ' ' || membership_id as line from account
          where uai = $1 order by account_id`,
        [uai],
      )
    ).map(({ line }) => line);
  const pools = () =>
    bed.rows('select membership_id, held::int, ordered::int from seat_pool order by membership_id');
  const under = (lines: readonly string[], membershipId: string) =>
    lines.map((line) => line.replace(/ \S+$/, ` ${membershipId}`));

  async function twoMembers(free: number): Promise<string[]> {
    await bed.aMembership('giver', { ordered: 5, uais: [uai, stays] });
    await bed.aMembership('receiver', { ordered: free, uais: [] });
    const people = [1, 2, 3].map((n) => aPupil(n, { uai, startsOn: `2022-09-0${n}` }));
    await bed.import([...people, aPupil(4, { uai: stays }), aPupil(5, { uai: stays })], {
      on: told,
    });
    await bed.settleAccounts();
    return accounts();
  }

  test.each([
    ['the end first', ['giver', 'receiver']],
    ['the beginning first', ['receiver', 'giver']],
  ] as const)(
    'SCH-2: told ahead, %s, a transfer changes nothing before its day; then the same accounts stand under the receiver',
    async (_name, order) => {
      const before = await twoMembers(3);
      for (const side of order) {
        await (side === 'giver' ? gone(side) : comes(side));
        await bed.settleAccounts();
      }
      await bed.begin('2022-09-19');
      await bed.settleAccounts();
      expect(await accounts()).toEqual(before);
      await bed.begin(day);
      await bed.settleAccounts();
      expect(await accounts()).toEqual(under(before, 'receiver'));
      expect(await pools()).toEqual([
        { membership_id: 'giver', held: 2, ordered: 5 },
        { membership_id: 'receiver', held: 3, ordered: 3 },
      ]);
    },
  );

  test('SCH-2, PRV-2: where figures moved meanwhile, the latest enrolled wait, until an order of the receiver releases them', async () => {
    const before = await twoMembers(2);
    await gone('giver');
    await comes('receiver');
    await bed.begin(day);
    await bed.settleAccounts();
    const idsOf = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);
    expect(idsOf(await accounts())).toEqual(idsOf(before));
    expect(await bed.stateOf(aPupil(3, { uai }).personId)).toEqual(['WAITING_SEAT']);
    await bed.order('receiver', 1, day);
    await bed.settleAccounts();
    expect(await accounts()).toEqual(under(before, 'receiver'));
  });

  test('SCH-2: taken back before its day, it leaves every account where it was', async () => {
    const before = await twoMembers(3);
    await gone('giver');
    await comes('receiver');
    await gone('receiver');
    await comes('giver');
    await bed.begin(day);
    await bed.settleAccounts();
    expect(await accounts()).toEqual(before);
  });

  test('SCH-1: a link that ends leaves a later one of the same membership alone', async () => {
    await twoMembers(3);
    await gone('giver', false);
    await bed.fresh.unitOfWork.run(async (tx) => {
      await bed.memberships.finance(tx, {
        uai,
        membershipId: 'giver',
        startsOn: '2022-11-01',
        endsOn: null,
      });
      await bed.memberships.endFinancing(tx, {
        uai,
        membershipId: 'giver',
        endedOn: '2022-09-10',
        isTransfer: false,
      });
    });
    expect(
      await bed.rows(
        "select starts_on, ends_on from school_financing where uai = $1 and membership_id = 'giver' order by starts_on",
        [uai],
      ),
    ).toEqual([
      { starts_on: '2022-07-19', ends_on: '2022-09-10' },
      { starts_on: '2022-11-01', ends_on: null },
    ]);
    await bed.begin('2022-09-10');
    await bed.settleAccounts();
    expect(await bed.stateOf(aPupil(1, { uai }).personId)).toEqual(['CLOSING']);
    await bed.begin('2022-11-01');
    await bed.settleAccounts();
    expect(await bed.stateOf(aPupil(1, { uai }).personId)).toEqual(['PROVISIONING']);
  });
});

/**
 * Goal: a member of two consecutive markets hands its accounts over on the boundary date (MKT-5). Method: both
 * memberships as membership tells them, then the boundary begins. The old membership's id sorts before the new
 * one's in one half of the tests and after it in the other, since pools are allotted one by one.
 */
describe('two markets, one after the other', () => {
  const [kept, dropped] = ['0440001A', '0440002B'];
  const boundary = '2026-07-19';
  bedForEachTest('2026-06-01');

  const pupil = (number: number, uai: string = kept) => aPupil(number, { uai });
  async function first(membershipId: string, ordered: number, pupils: number) {
    const organisationId = 'org-one';
    await bed.aMembership(membershipId, { ordered, uais: [kept, dropped], organisationId });
    const numbers = Array.from({ length: pupils }, (_, index) => index + 1);
    await bed.import(
      numbers.map((number) => pupil(number)),
      { on: '2026-06-01' },
    );
    await bed.settleAccounts();
    await everybodyLogsIn();
  }
  /** The ENT confirmed and everybody came: the books alone, without the ENT. */
  async function everybodyLogsIn() {
    await bed.fresh.unitOfWork.run(async (tx) => {
      const ids = idsOf(await bed.rows('select person_id from account'));
      const reason = { on: localDate('2026-06-01'), cause: 'ENT' as const };
      const seated = (await bed.accounts.ofPeople(tx, ids)).filter(
        ({ state }) => state === 'PROVISIONING',
      );
      await bed.accounts.save(
        tx,
        seated.map((account) =>
          step(step(unchanged(account), 'PROVISIONED', reason), 'ACTIVATED', reason),
        ),
      );
      await tx.query("update account set login = 'login.' || source_key");
    });
  }
  const idsOf = (rows: { person_id?: string }[]) => rows.map((row) => row.person_id ?? '');
  const second = (membershipId: string, ordered: number) =>
    bed.aMembership(membershipId, {
      ordered,
      uais: [kept],
      organisationId: 'org-one',
      marketCode: 'e-primo-2026',
      startsOn: boundary,
      endsOn: '2030-07-19',
    });
  const accounts = () =>
    bed.rows<{ line: string }>(
      `select source_key || ' ' || state || ' ' || membership_id || ' ' || coalesce(login, '') as line
         from account order by source_key`,
    );
  async function handOver() {
    await bed.begin('2026-07-18');
    await bed.settleAccounts();
    await bed.told(AccountStateChangedSchema);
    await bed.told(AccountMovedSchema);
    await bed.begin(boundary);
    await bed.settleAccounts();
  }

  test.each([
    ['m1', 'm2'],
    ['m2', 'm1'],
  ])(
    'MKT-5: from %s to %s, same accounts, logins and states; seats switch on the day',
    async (from, to) => {
      await first(from, 3, 3);
      await second(to, 3);
      await handOver();
      expect((await accounts()).map(({ line }) => line)).toEqual([
        `000001 ACTIVATED ${to} login.000001`,
        `000002 ACTIVATED ${to} login.000002`,
        `000003 ACTIVATED ${to} login.000003`,
      ]);
      expect(await bed.told(AccountStateChangedSchema)).toEqual([]);
      const moved = await bed.told(AccountMovedSchema);
      expect(moved).toHaveLength(3);
      expect(await bed.rows('select membership_id, held::int from seat_pool order by 1')).toEqual([
        { membership_id: 'm1', held: to === 'm1' ? 3 : 0 },
        { membership_id: 'm2', held: to === 'm2' ? 3 : 0 },
      ]);
    },
  );

  test.each([
    ['m1', 'm2'],
    ['m2', 'm1'],
  ])(
    'MKT-5, PRV-7: from %s to %s with fewer seats, the latest enrolled wait there',
    async (from, to) => {
      await first(from, 3, 3);
      await second(to, 2);
      await handOver();
      expect((await accounts()).map(({ line }) => line.split(' ').slice(1, 3).join(' '))).toEqual([
        `ACTIVATED ${to}`,
        `ACTIVATED ${to}`,
        `WAITING_SEAT ${to}`,
      ]);
    },
  );

  test('MKT-5, PRV-2: who waits queues there, behind everybody who held a seat', async () => {
    await first('m1', 2, 2);
    // Entered the school earlier than those who hold the seats, and was imported later.
    await bed.import([aPupil(0, { uai: kept, startsOn: '2021-09-01' })], { on: '2026-06-01' });
    await bed.settleAccounts();
    await second('m2', 2);
    await handOver();
    const states = async () =>
      (await accounts()).map(({ line }) => line.split(' ').slice(0, 3).join(' '));
    expect(await states()).toEqual([
      '000000 WAITING_SEAT m2',
      '000001 ACTIVATED m2',
      '000002 ACTIVATED m2',
    ]);
    await bed.order('m2', 1, boundary);
    await bed.settleAccounts();
    expect((await states())[0]).toBe('000000 PROVISIONING m2');
  });

  test('MKT-5: a closing account keeps its grace date, and returns to a seat of the new membership', async () => {
    await first('m1', 2, 2);
    await second('m2', 2);
    await bed.begin('2026-07-10');
    await bed.import([aPupil(2, { uai: kept, endsOn: '2026-07-10', revision: 2 })], {
      on: '2026-07-10',
    });
    await bed.settleAccounts();
    const grace = () =>
      bed.rows('select state, closing_ends_on from account where source_key = $1', ['000002']);
    const before = await grace();
    expect(before).toEqual([{ state: 'CLOSING', closing_ends_on: '2026-09-08' }]);
    await handOver();
    expect(await grace()).toEqual(before);
    await bed.begin('2026-09-01');
    await bed.import([aPupil(2, { uai: kept, startsOn: '2026-09-01', revision: 3 })], {
      on: '2026-09-01',
    });
    await bed.settleAccounts();
    expect((await accounts())[1]?.line).toBe('000002 ACTIVATED m2 login.000002');
  });

  test.each([
    ['with its membership', null],
    ['on the old end, as a succession tells it', boundary],
  ])(
    'MKT-6: a market is prolonged: accounts of a school financed until %s stay up to the new end',
    async (_case, endsOn) => {
      await first('m1', 1, 1);
      await bed.fresh.unitOfWork.run(async (tx) => {
        const school = { uai: kept, membershipId: 'm1', startsOn: '2022-07-19', endsOn };
        await bed.memberships.finance(tx, school);
        await bed.memberships.prolong(tx, 'm1', '2027-01-19');
      });
      const state = async () => (await accounts()).map(({ line }) => line.split(' ')[1]);
      for (const [day, expected] of [
        [boundary, 'ACTIVATED'],
        ['2027-01-18', 'ACTIVATED'],
        ['2027-01-19', 'CLOSING'],
      ] as const) {
        await bed.begin(day);
        await bed.settleAccounts();
        expect([day, await state()]).toEqual([day, [expected]]);
      }
    },
  );

  test('MKT-5: accounts of a school that nobody finances from then on close on the boundary', async () => {
    await first('m1', 3, 1);
    await bed.import([pupil(7, dropped)], { on: '2026-06-01' });
    await bed.settleAccounts();
    await second('m2', 3);
    await bed.begin('2026-07-18');
    await bed.settleAccounts();
    expect(await bed.stateOf(pupil(7).personId)).toEqual(['PROVISIONING']);
    await bed.begin(boundary);
    await bed.settleAccounts();
    expect(await bed.stateOf(pupil(7).personId)).toEqual(['CLOSING']);
    expect((await bed.historyOf(pupil(7).personId)).at(-1)).toBe('CLOSING 2026-07-19 MEMBERSHIP');
  });
});
