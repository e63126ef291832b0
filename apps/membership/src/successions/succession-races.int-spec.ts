import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { PreparePlan } from './prepare-plan.js';
import {
  itemCode,
  marketCode,
  type MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import {
  breuilBarret,
  SuccessionWorld,
  tardiere,
  terval,
} from '../../../../test/support/builders/succession-world.js';

/**
 * Goal: an order signed while its member passes to another counts with the successor, or is refused: it is never
 * lost, doubled or left with nobody (ADH-5, ORD-3). Method: orders of both sides and the succession at once, each
 * on a connection of its own; the books are summed anew afterwards.
 */
jest.setTimeout(120_000);

let world: MembershipWorld;
let successions: SuccessionWorld;
let old: string;
let heir: string;

beforeEach(async () => {
  successions = await SuccessionWorld.begin();
  ({ world } = successions);
  old = await world.activeMemberOf(tardiere, `${tardiere.uai};100\n0440001M;20`);
  heir = await world.activeMemberOf(breuilBarret, `${breuilBarret.uai};100\n0440001M;20`);
  await successions.day('2023-01-01');
}, 60_000);
afterEach(() => world.fresh.drop());

const orderedOn = async (membershipId: string, day: string) => {
  const found = await world.ledgers.find(membershipId);
  const steps = found?.items.find((item) => item.itemCode === itemCode)?.timeline ?? [];
  return steps.findLast(({ from }) => from <= localDate(day))?.quantity ?? 0;
};

// Two of each, in one row: a lock is given up after 5 s, and each waits behind the whole of those before.
test('ADH-5: two members that plan to take each other over wait for each other', async () => {
  const judged = jest.spyOn(PreparePlan.prototype, 'execute');
  const outcomes = await Promise.allSettled(
    Array.from({ length: 4 }, (_, n) =>
      successions.execute([
        n % 2 === 0
          ? successions.planOf(old, breuilBarret, '2023-06-01')
          : successions.planOf(heir, tardiere, '2023-06-01'),
      ]),
    ),
  );
  const codes = outcomes.map((one) =>
    one.status === 'rejected' ? (one.reason as { code: string }).code : 'planned',
  );
  // One of each: planned in full once.
  expect(codes.sort()).toEqual([
    ...['SUCCESSION_ALREADY_PLANNED', 'SUCCESSION_ALREADY_PLANNED', 'planned', 'planned'],
  ]);
  // None was undone by a deadlock and judged again.
  expect(judged).toHaveBeenCalledTimes(4);
  judged.mockRestore();
});

test('ADH-5: two members that pass at once to a commune that nobody knows yet are both planned', async () => {
  const plans = await Promise.all(
    [old, heir].map((id) => successions.execute([successions.planOf(id, terval, '2023-06-01')])),
  );
  expect(plans.flat()).toHaveLength(2);
});

test.each(['FULL', 'PARTIAL'] as const)(
  'ADH-5, ORD-3: %s, with orders of both sides at the same time: each counts once, somewhere, or is refused',
  async (kind) => {
    const part = kind === 'PARTIAL' && {
      annexe2Lines: [2],
      quantities: [{ itemCode, quantity: 100 }],
    };
    const plan = successions.planOf(old, breuilBarret, '2023-01-01', { kind, ...part });
    const orders = Array.from({ length: 12 }, (_, n) => ({
      of:
        n % 2 === 0 ? { id: old, siren: tardiere.siren } : { id: heir, siren: breuilBarret.siren },
      delta: n + 1,
    }));
    const half = orders.length / 2;
    const sign = ({ of, delta }: (typeof orders)[number]) =>
      world.order(of.id, of.siren, delta, '2023-03-01');
    const [first, [plans], last] = await Promise.all([
      Promise.allSettled(orders.slice(0, half).map(sign)),
      Promise.allSettled([successions.execute([plan])]),
      Promise.allSettled(orders.slice(half).map(sign)),
    ]);
    expect(plans).toMatchObject({ status: 'fulfilled' });
    const outcomes = [...first, ...last];
    const codes = outcomes.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
    );
    // Only a member that is gone refuses; nothing else goes wrong under the locks.
    expect([...new Set(codes)]).toEqual(codes.length > 0 ? ['MEMBERSHIP_ENDED'] : []);
    if (kind === 'PARTIAL') expect(codes).toEqual([]);
    const accepted = orders.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    const sum = accepted.reduce((total, { delta }) => total + delta, 0);
    const both = async (day: string) =>
      (kind === 'FULL' ? 0 : await orderedOn(old, day)) + (await orderedOn(heir, day));
    expect([await both('2023-01-01'), await both('2023-03-01')]).toEqual([240, 240 + sum]);
    expect(await world.checkLedgers.execute(marketCode)).toMatchObject({ violations: [] });
  },
);
