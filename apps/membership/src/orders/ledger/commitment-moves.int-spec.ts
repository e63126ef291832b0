import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  callerWith,
  itemCode,
  marketCode,
  type MembershipWorld,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { SuccessionInPart } from '../../../../../test/support/builders/succession-in-part.js';
import { SuccessionWorld } from '../../../../../test/support/builders/succession-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let giver: string;
let heir: string;
let planned: string;

beforeAll(async () => {
  const successions = await SuccessionWorld.begin();
  ({ world } = successions);
  const inPart = await SuccessionInPart.begin(successions);
  ({ old: giver, heir } = inPart);
  inPart.hold(100);
  await successions.execute([inPart.plan()]);
  await successions.day('2023-01-01');
  const later = inPart.plan({ annexe2Lines: [4], effectiveOn: localDate('2023-06-01') });
  planned = (await successions.execute([later]))[0] ?? '';
}, 60_000);
afterAll(() => world?.fresh.drop());

/** What the database judges of a change at once, undone afterwards: which decision it rests on is judged later. */
const move = async (delta: number, from: string): Promise<string> => {
  const undone = new Error('undone');
  return world.unitOfWork
    .run(async (tx) => {
      await tx.query('set constraints commitment_change_keeps_the_floor immediate');
      await tx.query(
        `insert into commitment_change (membership_id, item_code, effective_from, delta, succession_id, recorded_on)
         values ($1, $2, $3, $4, $5, '2022-07-19')`,
        [giver, itemCode, from, delta, planned],
      );
      throw undone;
    })
    .catch((error: unknown) => (error === undone ? 'taken' : (error as Error).message));
};

test('ADH-5, ORD-2: the database holds O at C of every day, wherever C moves', async () => {
  expect(await move(12, '2023-10-01')).toBe('taken');
  expect(await move(13, '2023-10-01')).toMatch('BELOW_COMMITMENT');
  const ledger = await world.ledgers.find(heir);
  expect(ledger?.items[0]?.commitment).toEqual([
    { from: '2022-07-19', quantity: 50 },
    { from: '2023-01-01', quantity: 150 },
  ]);
  await world.order(heir, vertou.siren, 10, '2023-01-01');
  await expect(world.order(heir, vertou.siren, -11, '2023-02-01')).rejects.toMatchObject({
    code: 'BELOW_COMMITMENT',
    details: { shortfalls: [{ firstDay: '2023-02-01', wouldBe: 149, commitment: 150 }] },
  });
  await world.order(heir, vertou.siren, -10, '2023-02-01');
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
});

test('ADH-5: what leaves cannot be more than what was committed, nor lie outside the membership', async () => {
  expect(await move(-312, '2023-03-01')).toBe('taken');
  expect(await move(-313, '2023-03-01')).toMatch('COMMITMENT_NEGATIVE');
  // More leaves before it goes than is there afterwards: negative from then on.
  expect(await move(-400, '2022-10-01')).toMatch('COMMITMENT_NEGATIVE');
  for (const day of ['2022-07-18', '2026-07-19']) {
    expect(await move(-1, day)).toMatch('lies outside its membership');
  }
  await expect(world.fresh.asOwner('delete from commitment_change')).rejects.toThrow();
  const view = await world.list.find({
    membershipId: giver,
    caller: callerWith('coordinator'),
  });
  expect(view.commitment).toEqual([{ itemCode, quantity: 312 }]);
});
