import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/provisioning-bed.test-support.js';

const uai = '0440001A';
const stays = '0440002B';
const [told, day] = ['2022-09-05', '2022-09-20'];
jest.setTimeout(90_000);

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
  await bed.import([...people, aPupil(4, { uai: stays }), aPupil(5, { uai: stays })], { on: told });
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
