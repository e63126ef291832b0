import { jest } from '@jest/globals';
import {
  ancenis,
  callerWith,
  itemCode,
  marketCode,
  MembershipWorld,
} from '../../../../../test/support/builders/membership-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let member: string;

beforeAll(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  member = await world.activeMember(ancenis, 412);
  await world.order(member, ancenis.siren, 38, '2022-09-01');
}, 60_000);
afterAll(() => world.fresh.drop());

const move = (delta: number, from: string, succession = `s-${delta}-${from}`) =>
  world.database.query(
    `insert into commitment_change (membership_id, item_code, effective_from, delta, succession_id, recorded_on)
     values ($1, $2, $3, $4, $5, '2022-07-19')`,
    [member, itemCode, from, delta, succession],
  );

test('ADH-5, ORD-2: the database holds O at C of every day, wherever C moves', async () => {
  await move(30, '2023-01-01');
  await expect(move(9, '2023-02-01')).rejects.toMatchObject({ code: '23514' });
  const ledger = await world.ledgers.find(member);
  expect(ledger?.items[0]?.commitment).toEqual([
    { from: '2022-07-19', quantity: 412 },
    { from: '2023-01-01', quantity: 442 },
  ]);
  await expect(world.order(member, ancenis.siren, -10, '2022-12-01')).rejects.toMatchObject({
    code: 'BELOW_COMMITMENT',
    details: { shortfalls: [{ firstDay: '2023-01-01', wouldBe: 440, commitment: 442 }] },
  });
  await world.order(member, ancenis.siren, -8, '2022-12-01');
  expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
});

test('ADH-5: what leaves cannot be more than what was committed, nor lie outside the membership', async () => {
  await move(-400, '2023-03-01');
  await expect(move(-43, '2023-03-02')).rejects.toMatchObject({ code: '23514' });
  // More leaves now than is there before it comes back: negative in between.
  await expect(move(-413, '2022-10-01')).rejects.toMatchObject({ code: '23514' });
  for (const day of ['2022-07-18', '2026-07-19']) {
    await expect(move(-1, day)).rejects.toMatchObject({ code: '23000' });
  }
  await expect(world.database.query('delete from commitment_change')).rejects.toThrow();
  const view = await world.list.find({
    membershipId: member,
    caller: callerWith('coordinator'),
  });
  expect(view.commitment).toEqual([{ itemCode, quantity: 412 }]);
});
