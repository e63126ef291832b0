import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { AmendmentWorld } from '../../../../test/support/builders/amendment-world.js';
import {
  ancenis,
  marketCode,
  type MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf, refusalOf } from '../../../../test/support/builders/refusal.js';
import {
  insertOrderByHand,
  openTransaction,
} from '../../../../test/support/builders/order-by-hand.js';
import { Amendments } from './amendments.pg.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let amendments: AmendmentWorld;
let world: MembershipWorld;
let mine: string;

beforeEach(async () => {
  amendments = await AmendmentWorld.begin();
  ({ world, mine } = amendments);
}, 30_000);
afterEach(() => world.fresh.drop());

/** The market's maxima as an amendment leaves them, in force from today on. */
const bounded = (number: string, terms: { groupMaximum?: number; memberMaximum?: number }) =>
  amendments.amend((file) => Object.assign(file.items[0]!, terms), { number });

test('MKT-6, ORD-6: an amendment adds a maximum and changes it, never below what was ordered', async () => {
  // Without a maximum, as a market may be loaded before it is in force.
  await world.fresh.drop();
  amendments = await AmendmentWorld.begin((file) => (file.items[0]!.groupMaximum = 0));
  ({ world, mine } = amendments);
  const order = (delta: number) => world.order(mine, ancenis.siren, delta, '2026-06-02');
  await order(8);
  expect(await refusalOf(bounded('n° 1', { groupMaximum: 419, memberMaximum: 419 }))).toMatchObject(
    {
      code: 'MAXIMUM_BELOW_ORDERED',
      details: {
        below: [
          { of: 'GROUP', quantity: 420, on: '2026-06-02', maximum: 419 },
          { of: 'MEMBER', quantity: 420, on: '2026-06-02', maximum: 419 },
        ],
      },
    },
  );
  await bounded('n° 1', { groupMaximum: 430, memberMaximum: 421 });
  expect(await codeOf(order(2))).toBe('ABOVE_MAXIMUM');
  await order(1);
  await bounded('n° 2', { groupMaximum: 430, memberMaximum: 430 });
  expect(await codeOf(order(10))).toBe('ABOVE_MAXIMUM');
  await order(9);
  expect(await codeOf(bounded('n° 3', { groupMaximum: 429, memberMaximum: 430 }))).toBe(
    'MAXIMUM_BELOW_ORDERED',
  );
  expect(await amendments.versions()).toEqual(['3 AMENDED n° 2', '2 AMENDED n° 1', '1 LOADED']);
  expect((await world.checkLedgers.execute(marketCode)).violations).toEqual([]);
});

test('MKT-6, ORD-6: an amendment that lowers a maximum waits for the orders under way and counts them', async () => {
  const client = await openTransaction(world);
  await insertOrderByHand(client, mine, 50, '2026-06-02');
  const lowered = refusalOf(bounded('n° 1', { groupMaximum: 461 }));
  await new Promise((later) => setTimeout(later, 300));
  await client.query('commit');
  await client.end();
  expect(await lowered).toMatchObject({
    code: 'MAXIMUM_BELOW_ORDERED',
    details: { below: [{ quantity: 462, maximum: 461 }] },
  });
});

test.each([
  [{ groupMaximum: 411 }, 'group_keeps_its_maximum'],
  [{ memberMaximum: 411 }, 'member_keeps_its_maximum'],
])(
  'MKT-6, ORD-6: the database refuses a maximum below what was ordered, by an amendment that nobody judged: %j',
  async (terms, constraint) => {
    const { market } = await world.markets.find(marketCode);
    const [item] = market.items;
    const unjudged = { ...market, items: [{ ...item!, ...terms }] };
    const documentId = await world.depositForMarket('AMENDMENT');
    const on = localDate('2026-06-01');
    const content = {
      ...{ basedOn: 0, number: 'n° 1', signedOn: on, effectiveOn: on },
      ...{ terms: unjudged, changes: [] },
    };
    const recorded = world.unitOfWork.run(async (tx) => {
      const approved = await amendments.approveUnjudged(tx, content, documentId);
      await new Amendments().add(tx, {
        ...{ ...content, ...approved, amendmentId: 'a', marketCode, position: 1, on },
        document: { documentId } as never,
      });
      await amendments.apply.execute(tx, localDate('2026-06-01'), marketCode);
    });
    expect(await refusalOf(recorded)).toMatchObject({ constraint });
    expect(await amendments.versions()).toEqual(['1 LOADED']);
  },
);
