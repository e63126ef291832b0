import { jest } from '@jest/globals';
import pg from 'pg';
import { localDate } from '#libs/time';
import {
  ancenis,
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
  ordererOf,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf, refusalOf } from '../../../../../test/support/builders/refusal.js';
import {
  insertOrderByHand,
  openTransaction,
} from '../../../../../test/support/builders/order-by-hand.js';
import {
  breuilBarret,
  SuccessionWorld,
  tardiere,
  terval,
} from '../../../../../test/support/builders/succession-world.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let mine: string;
let theirs: string;
beforeEach(async () => {
  world = await MembershipWorld.create(20);
}, 30_000);
afterEach(() => world.fresh.drop());

/** Two members that committed to 412 and 100. */
async function twoMembers(terms: { groupMaximum?: number; memberMaximum?: number }) {
  await world.day('2022-01-14');
  await world.publishMarket((file) => {
    Object.assign(file.items[0]!, terms);
  });
  await world.day('2022-07-19');
  mine = await world.activeMember(ancenis, 412);
  theirs = await world.activeMember(vertou, 100);
}
const add = (delta: number, day = '2022-09-01', key?: string) =>
  world.order(mine, ancenis.siren, delta, day, key);
const theyAdd = (delta: number, day = '2022-09-01') =>
  world.order(theirs, vertou.siren, delta, day);
/** The sum over the group on each day on which it changes, from the lines themselves. */
async function sums(): Promise<string[]> {
  const { rows } = await world.database.query<{ step: string }>(
    `select effective_from || ' ' || sum(sum(delta)) over (order by effective_from) as step
       from order_line group by effective_from order by effective_from`,
  );
  return rows.map(({ step }) => step);
}
const credit = () => world.count('from maximum_slot where credit > 0');
const holds = async () =>
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);

test('ORD-6: the last account of the group is ordered, one more is refused with its figures and writes nothing', async () => {
  await twoMembers({ groupMaximum: 600 });
  const before = {
    orders: await world.count('from purchase_order'),
    told: await world.events(mine),
  };
  expect(await refusalOf(add(89))).toMatchObject({
    code: 'ABOVE_MAXIMUM',
    details: {
      excesses: [
        { itemCode, of: 'GROUP', firstDay: '2022-09-01', wouldBe: 601, maximum: 600, excess: 1 },
      ],
    },
  });
  expect(await world.count('from purchase_order')).toBe(before.orders);
  expect(await world.events(mine)).toEqual(before.told);
  expect(await world.count("from platform.audit_entry where action = 'order.signed.refused'")).toBe(
    1,
  );
  await add(88);
  expect(await sums()).toEqual(['2022-07-19 512', '2022-09-01 600']);
  expect(await codeOf(theyAdd(1))).toBe('ABOVE_MAXIMUM');
  await holds();
});

test('ORD-6: whoever orders is warned at 80 and 90 %, the same in the preview, and again with the same key', async () => {
  await twoMembers({ groupMaximum: 1_000 });
  const previewed = async (delta: number) => {
    const lines = [{ itemCode, effectiveFrom: localDate('2022-09-01'), delta }];
    const caller = ordererOf(ancenis.siren);
    return (await world.previewOrder.execute({ membershipId: mine, lines, caller })).warnings;
  };
  expect(await previewed(287)).toEqual([]);
  expect((await add(287)).warnings).toEqual([]);
  const told = await previewed(1);
  expect(told[0]).toContain(
    'commandé 800 comptes (« Compte élève ») sur un maximum de 1000 : 80 %',
  );
  expect((await add(1, '2022-09-01', 'k')).warnings).toEqual(told);
  expect((await add(1, '2022-09-01', 'k')).warnings).toEqual(told);
  expect((await theyAdd(100)).warnings[0]).toContain('900 comptes');
  expect((await theyAdd(1, '2022-10-01')).warnings[0]).toContain(
    '90 % sont atteints, il en reste 99.',
  );
});

test('ORD-6: of 50 increases at once exactly those that fit are signed, to the last account', async () => {
  await twoMembers({ groupMaximum: 1_012 });
  const codes = await Promise.all(
    Array.from({ length: 50 }, (_, index) => codeOf(index % 2 === 0 ? add(20) : theyAdd(20))),
  );
  expect(codes.filter((one) => one === undefined)).toHaveLength(25);
  expect(codes.filter((one) => one === 'ABOVE_MAXIMUM')).toHaveLength(25);
  expect(await sums()).toEqual(['2022-07-19 512', '2022-09-01 1012']);
  expect(await credit()).toBe(0);
  await holds();
});

test('ORD-6: what one member gives back another may take, from that day on and not before', async () => {
  await twoMembers({ groupMaximum: 562 });
  await add(50);
  expect(await codeOf(theyAdd(1, '2022-12-01'))).toBe('ABOVE_MAXIMUM');
  await add(-30, '2022-12-01');
  expect(await codeOf(theyAdd(30, '2022-11-30'))).toBe('ABOVE_MAXIMUM');
  await theyAdd(30, '2022-12-01');
  expect(await codeOf(theyAdd(1, '2022-12-01'))).toBe('ABOVE_MAXIMUM');
  expect(await sums()).toEqual(['2022-07-19 512', '2022-09-01 562', '2022-12-01 562']);
});

test('ORD-6: a member’s own maximum bounds it alone, in the domain and in the database', async () => {
  await twoMembers({ memberMaximum: 450 });
  expect(await refusalOf(add(39))).toMatchObject({
    code: 'ABOVE_MAXIMUM',
    details: { excesses: [{ of: 'MEMBER', wouldBe: 451, maximum: 450, excess: 1 }] },
  });
  const byHand = (delta: number) =>
    world.unitOfWork.run((tx) => insertOrderByHand(tx as never, mine, delta, '2022-09-01'));
  expect(await refusalOf(byHand(39))).toMatchObject({ constraint: 'member_keeps_its_maximum' });
  await byHand(38);
  await theyAdd(350);
  expect(await codeOf(theyAdd(1))).toBe('ABOVE_MAXIMUM');
});

test('ORD-6: an initial order above the maximum keeps the member from being activated', async () => {
  await world.day('2022-01-14');
  await world.publishMarket((file) => {
    Object.assign(file.items[0]!, { groupMaximum: 511 });
  });
  await world.day('2022-07-19');
  await world.activeMember(ancenis, 412);
  expect(await codeOf(world.activeMember(vertou, 100))).toBe('ABOVE_MAXIMUM');
  expect(await world.count("from membership where status = 'ACTIVE'")).toBe(1);
});

describe('ORD-6: the database itself', () => {
  test('ORD-6: an INSERT above the maximum fails, one that reaches it does not', async () => {
    await twoMembers({ groupMaximum: 600 });
    const byHand = (delta: number) =>
      world.unitOfWork.run((tx) => insertOrderByHand(tx as never, mine, delta, '2022-09-01'));
    expect(await refusalOf(byHand(89))).toMatchObject({
      code: '23514',
      constraint: 'group_keeps_its_maximum',
    });
    await byHand(88);
    expect(await sums()).toContain('2022-09-01 600');
  });

  test.each(['read committed', 'repeatable read', 'serializable'])(
    'ORD-6: two INSERTs of two members at once that fit alone and not together: one fails, under %s',
    async (isolation) => {
      await twoMembers({ groupMaximum: 542 });
      const clients = await Promise.all([0, 1].map(() => openTransaction(world, isolation)));
      const outcomes = await Promise.allSettled(
        clients.map(async (client, index) => {
          await insertOrderByHand(client, index === 0 ? mine : theirs, 20, `2022-09-0${1 + index}`);
          await client.query('commit');
        }),
      );
      await Promise.all(clients.map((client) => client.end()));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await sums()).at(-1)).toMatch(/ 532$/);
    },
  );

  test('ORD-6: who read before another’s increase does not judge by what it read', async () => {
    await twoMembers({ groupMaximum: 612 });
    const early = await openTransaction(world, 'repeatable read');
    await add(90);
    const late = insertOrderByHand(early, theirs, 20, '2022-09-01').then(() =>
      early.query('commit'),
    );
    expect(await refusalOf(late)).toMatchObject({ code: '40001' });
    await early.end();
    expect((await sums()).at(-1)).toBe('2022-09-01 602');
  });

  test('ORD-6: refuses what would raise a share, take one away, or lower a maximum below what is ordered', async () => {
    await twoMembers({ groupMaximum: 600 });
    for (const sql of [
      'update maximum_slot set credit = credit + 1000',
      'delete from maximum_slot',
      'truncate maximum_slot',
      'update market_item set group_maximum = 511',
      'update market_item set member_maximum = 411',
    ]) {
      const refusal = await refusalOf(world.database.query(sql));
      expect([sql, refusal?.code]).toEqual([sql, expect.stringMatching(/^(23...|42501)$/)]);
      expect([sql, await codeOf(add(89))]).toEqual([sql, 'ABOVE_MAXIMUM']);
    }
  });

  test('ORD-6, MKT-6: what the terms do not say is refused: a maximum, a label, an item', async () => {
    await twoMembers({ groupMaximum: 600, memberMaximum: 600 });
    for (const sql of [
      'update market_item set group_maximum = 0',
      'update market_item set member_maximum = 1000',
      "update market_item set label = 'Autre'",
      "insert into market_item select market_code, 'AUTRE', 'Autre', 2 from market_item",
    ]) {
      await expect(world.database.query(sql)).rejects.toThrow(/the terms of market .* do not say/);
      expect([sql, await codeOf(add(89))]).toEqual([sql, 'ABOVE_MAXIMUM']);
    }
  });

  test('ORD-6: an order waits for no order of other members that is still under way', async () => {
    await twoMembers({ groupMaximum: 100_000 });
    const waiting = [await world.activeMember(tardiere, 10), theirs];
    const open = await Promise.all(waiting.map(() => openTransaction(world)));
    await Promise.all(
      open.map((client, index) => insertOrderByHand(client, waiting[index]!, 5, '2022-09-01')),
    );
    // The shares that they took stay locked until their end: one row for all would hold us here.
    const { rows: locked } = await world.fresh.asOwner(
      `select count(*) - (select count(*) from (select 1 from maximum_slot for update skip locked) free) as n
         from maximum_slot`,
    );
    expect(Number(locked[0]?.['n'])).toBe(2);
    const first = await Promise.race([
      add(30).then(() => 'SIGNED'),
      new Promise((late) => setTimeout(() => late('WAITED'), 10_000).unref()),
    ]);
    expect(first).toBe('SIGNED');
    for (const client of open) {
      await client.query('rollback');
      await client.end();
    }
    expect((await sums()).at(-1)).toBe('2022-09-01 552');
  });
});

test('ORD-6, WDR-2: what a withdrawing member ordered stays reserved until the withdrawal has taken effect', async () => {
  await twoMembers({ groupMaximum: 600 });
  await world.day('2024-05-20');
  const letter = {
    number: '1A 042',
    sentOn: localDate('2024-05-20'),
    receivedOn: localDate('2024-05-20'),
    documentId: await world.deposit('LETTER', ancenis.siren),
  };
  await world.recordWithdrawal.execute({
    idempotencyKey: 'w',
    membershipId: mine,
    letter,
    caller: coordinator,
  });
  // 512 are ordered to the end of the market while the notice may be revoked.
  expect(await codeOf(theyAdd(89, '2024-09-01'))).toBe('ABOVE_MAXIMUM');
  await theyAdd(88, '2024-09-01');
  await world.day('2024-07-18');
  expect(await codeOf(theyAdd(1, '2024-09-01'))).toBe('ABOVE_MAXIMUM');
  await world.day('2024-07-19');
  expect(await codeOf(theyAdd(413, '2024-09-01'))).toBe('ABOVE_MAXIMUM');
  await theyAdd(412, '2024-09-01');
  await holds();
});

test('ORD-6, WDR-1: a notice revoked finds its quantity still there', async () => {
  await twoMembers({ groupMaximum: 600 });
  await world.day('2024-05-20');
  const documentId = await world.deposit('LETTER', ancenis.siren);
  const command = (number: string) => ({
    idempotencyKey: number,
    membershipId: mine,
    letter: {
      number,
      sentOn: localDate('2024-05-20'),
      receivedOn: localDate('2024-05-20'),
      documentId,
    },
    caller: coordinator,
  });
  await world.recordWithdrawal.execute(command('1A 042'));
  await theyAdd(88, '2024-09-01');
  await world.revokeWithdrawal.execute(command('1A 043'));
  expect(await codeOf(add(1, '2024-09-01'))).toBe('ABOVE_MAXIMUM');
  await holds();
});

test('ORD-6, ADH-5: a succession at the maximum is not refused and moves its share', async () => {
  await world.day('2022-01-14');
  await world.publishMarket((file) => {
    Object.assign(file.items[0]!, { groupMaximum: 230, memberMaximum: 120 });
  });
  const successions = new SuccessionWorld(world);
  await successions.day('2022-07-19');
  const first = await world.activeMember(tardiere, 100);
  const second = await world.activeMember(breuilBarret, 110);
  await world.order(first, tardiere.siren, 20, '2022-09-01');
  expect(await codeOf(world.order(second, breuilBarret.siren, 1, '2022-09-01'))).toBe(
    'ABOVE_MAXIMUM',
  );
  const [id] = await successions.execute([
    successions.planOf(first, terval, '2023-01-01'),
    successions.planOf(second, terval, '2023-01-01'),
  ]);
  await successions.day('2023-01-01');
  const { successorMembershipId: heir } = await successions.find(id);
  const ledger = await world.ledgers.find(heir);
  // Beyond the member's own maximum too: 230 of 120.
  expect(ledger?.items[0]?.timeline.at(-1)).toMatchObject({ from: '2023-01-01', quantity: 230 });
  expect(await codeOf(world.order(heir, terval.siren, 1, '2023-01-02'))).toBe('ABOVE_MAXIMUM');
  await world.order(heir, terval.siren, -10, '2023-02-01');
  await holds();
  // Raised, it refuses nobody who is above it already.
  const client = await openTransaction(world);
  await client.query('update market_item set member_maximum = 150');
  expect(
    await refusalOf(client.query('update market_item set member_maximum = 149')),
  ).toMatchObject({
    constraint: 'member_keeps_its_maximum',
  });
  await client.end();
});

test('ORD-6: a sum above the maximum that came behind the back of the triggers is found', async () => {
  await twoMembers({ groupMaximum: 600 });
  await holds();
  const owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
  await owner.connect();
  await owner.query('begin');
  await owner.query("set local session_replication_role = 'replica'");
  await owner.query('update market_item set group_maximum = 511');
  await owner.query('commit');
  await owner.end();
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([
    expect.objectContaining({
      ...{ code: 'ABOVE_GROUP_MAXIMUM', itemCode, ordered: 512, maximum: 511 },
    }),
  ]);
});
