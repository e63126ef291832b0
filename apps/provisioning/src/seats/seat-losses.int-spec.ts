import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { callerOf } from '#libs/testing';

const uai = '0440001A';
const other = '0440002B';
const pool = { membershipId: 'm1', itemCode: 'ELEVE' };
const service = callerOf({ roles: ['service'] });
jest.setTimeout(90_000);

bedForEachTest();

/** 3 who came first, 1 later into each of two schools; the last of all into `other`. */
async function fiveHolders(): Promise<void> {
  await bed.aMembership('m1', { ordered: 5, uais: [uai, other] });
  await bed.import(
    [
      ...[1, 2, 3].map((number) => aPupil(number, { uai })),
      aPupil(4, { uai, startsOn: '2022-09-02' }),
      aPupil(5, { uai: other, startsOn: '2022-09-03' }),
    ],
    { on: '2022-09-05' },
  );
  await bed.settleAccounts();
}

test('PRV-7: says how many would lose their seat and where, which the decrease then does', async () => {
  await fiveHolders();
  const timeline = [
    { from: '2022-07-19', ordered: 5 },
    { from: '2022-09-06', ordered: 3 },
    { from: '2022-10-01', ordered: 4 },
  ];
  expect(await bed.countSeatsLost.execute(pool, timeline, service)).toEqual({
    held: 5,
    lost: 2,
    schools: [
      { uai, seats: 1 },
      { uai: other, seats: 1 },
    ],
  });
  await bed.order('m1', -2, '2022-09-06');
  await bed.begin('2022-09-06');
  await bed.settleAccounts();
  expect(
    await bed.rows(
      "select uai, count(*)::int as seats from account where state = 'WAITING_SEAT' group by uai order by uai",
    ),
  ).toEqual([
    { uai, seats: 1 },
    { uai: other, seats: 1 },
  ]);
});

test('PRV-7: counts by what is held now while an import is under way, and 0 for an item without seats', async () => {
  await fiveHolders();
  await bed.import([aPupil(6, { uai })], { on: '2022-09-05', isComplete: false });
  await bed.settleAccounts();
  const timeline = [{ from: '2022-09-05', ordered: 0 }];
  expect([
    await bed.countSeatsLost.execute(pool, timeline, service),
    await bed.countSeatsLost.execute({ ...pool, itemCode: 'AUTRE' }, timeline, service),
  ]).toMatchObject([
    { held: 5, lost: 5 },
    { held: 0, lost: 0, schools: [] },
  ]);
});

test.each([
  ['a day twice', [1, 2], '2022-09-05'],
  ['a negative quantity', [-1], '2022-09-05'],
  ['no day', [1], '2022-13-05'],
])('PRV-7: refuses %s', async (_title, quantities, from) => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  const timeline = quantities.map((ordered) => ({ from, ordered }));
  await expect(bed.countSeatsLost.execute(pool, timeline, service)).rejects.toMatchObject({
    code: 'QUERY_INVALID',
  });
});

test('SUP-3: the member itself may ask, another one finds nothing; nor does anybody before it is known here', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  const timeline = [{ from: '2022-09-05', ordered: 1 }];
  const mine = callerOf({ roles: ['member-orderer'], organisationId: 'org-m1' });
  expect(await bed.countSeatsLost.execute(pool, timeline, mine)).toMatchObject({ lost: 0 });
  for (const [membershipId, who] of [
    ['m1', callerOf({ roles: ['member-orderer'], organisationId: 'org-m2' })],
    ['m2', service],
  ] as const) {
    await expect(
      bed.countSeatsLost.execute({ ...pool, membershipId }, timeline, who),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});
