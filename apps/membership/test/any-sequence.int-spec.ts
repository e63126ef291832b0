import { jest } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/time';
import { daysOf } from '../../../test/support/builders/group-figures.js';
import { marketCode } from '../../../test/support/builders/membership-world.js';
import type { RecordedInLedger } from '../src/orders/ledger/orders.module.js';
import { carryOut } from '../../../test/support/any-sequence/carry-out.js';
import {
  anyCommands,
  anyRound,
  type Command,
  one,
} from '../../../test/support/any-sequence/commands.js';
import { allowed, mustHold, sums } from '../../../test/support/any-sequence/figures-model.js';
import { Group, items, memberCount, schools } from '../../../test/support/any-sequence/group.js';
import {
  changes,
  linksMustHold,
  mayChange,
} from '../../../test/support/any-sequence/links-model.js';
import { askedOf, isAboutSchools } from '../../../test/support/any-sequence/school-commands.js';
import { predicted, told } from '../../../test/support/any-sequence/schools-model.js';
import {
  type Situation,
  situationOf,
  stateSeats,
} from '../../../test/support/any-sequence/situation.js';

/**
 * Goal: whatever is done to a group, in whatever order and also at once, no member falls below its annex 2,
 * no school has two financers, and a refusal changes nothing. Method: random commands on the use cases over a
 * real database; after each, figures and links are read anew from the rows and compared with what the rules allow.
 */
const runs = Number(process.env['FC_RUNS'] ?? 2);
jest.setTimeout(600_000);
const replayed = process.env['FC_SEED']
  ? { seed: Number(process.env['FC_SEED']), path: process.env['FC_PATH'] ?? '' }
  : {};

// Who waits too long for a day that begins gives up with a lock timeout (55P03): unavailable, to be asked again.
const outcomeOfRace = /^([A-Z][A-Z0-9_]+|55P03)$/;
const counted = new Map<string, { done: number; refused: number }>();

function holds(now: Situation, { terms }: Group): void {
  mustHold(now.figures, terms);
  linksMustHold(now);
}

async function step(group: Group, next: Command): Promise<void> {
  const before = await situationOf(group);
  stateSeats(group, before);
  const digest = await group.digest();
  const outcome = await carryOut(group, next).then(
    () => 'done' as const,
    (error: { code?: string }) => {
      if (typeof error.code !== 'string' || !/^[A-Z][A-Z0-9_]+$/.test(error.code)) throw error;
      return error.code;
    },
  );
  const after = await situationOf(group);
  holds(after, group);
  const count = counted.get(next.kind) ?? { done: 0, refused: 0 };
  count[outcome === 'done' ? 'done' : 'refused'] += 1;
  counted.set(next.kind, count);
  if (outcome !== 'done')
    expect({ next, outcome, digest: await group.digest() }).toEqual({ next, outcome, digest });
  if (isAboutSchools(next)) asPredicted(group, next, before, after, outcome);
  else asTheRulesSay(group, next, before, after, outcome);
  await group.refresh();
}

function asPredicted(
  group: Group,
  next: Command,
  before: Situation,
  after: Situation,
  outcome: string,
): void {
  const asked = askedOf(group, before, next);
  const expected = predicted(before, asked, group.terms);
  const [isDone, wanted] = [outcome === 'done', expected ?? told(before)];
  expect({ asked, outcome, isDone, is: told(after) }).toEqual({
    ...{ asked, outcome, isDone: expected !== undefined, is: wanted },
  });
}

function asTheRulesSay(
  group: Group,
  next: Command,
  before: Situation,
  after: Situation,
  outcome: string,
): void {
  const { kind, item, n: delta } = next;
  const { membershipId } = group.members[next.member % group.members.length]!;
  if (kind === 'order' || kind === 'correct') {
    const day = addDays(before.today, next.days);
    const ledgerKind = kind === 'order' ? ('ORDINARY' as const) : ('CORRECTION' as const);
    const line = { membershipId, kind: ledgerKind, item: items[item]!, day, delta };
    expect({ next, outcome: outcome === 'done' }).toEqual({
      next,
      outcome: allowed(before.figures, group.terms, line, before.today),
    });
  }
  if (kind.startsWith('pass') || kind.includes('succe')) {
    const days = daysOf([...before.figures, ...after.figures]);
    expect({ next, sums: sums(after.figures, days) }).toEqual({
      next,
      sums: sums(before.figures, days),
    });
  }
  const isAllowed = mayChange(kind, membershipId, before, after);
  const wrong = changes(before, after).filter((change) => !isAllowed(change));
  expect({ next, wrong }).toEqual({ next, wrong: [] });
}

/** Activates the first members, each with schools of its own. */
async function begin(group: Group, active: number): Promise<void> {
  for (let member = 0; member < active; member += 1) {
    await step(group, one('activate', member, 0, 0));
  }
  const financed = [...schools.keys()].map((school) =>
    carryOut(group, one('finance', school % active, 0, 0, { school })),
  );
  await Promise.all(financed);
}

/** What was answered is what is there: an order or a transfer that nobody was told of would be a refusal that changed something. */
function asAnswered(
  round: readonly Command[],
  outcomes: readonly PromiseSettledResult<unknown>[],
  before: Situation,
  after: Situation,
): void {
  const done = round.flatMap(({ kind }, index) => {
    const outcome = outcomes[index]!;
    return outcome.status === 'fulfilled' ? [{ kind, answer: outcome.value }] : [];
  });
  const of = <T>(kinds: readonly string[], idOf: (answer: T) => string | undefined) =>
    done
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap(({ answer }) => idOf(answer as T) ?? [])
      .sort();
  const ordered = of<RecordedInLedger>(['order'], ({ order }) => order.orderId);
  const accepted = of<{ order?: RecordedInLedger }>(
    ['accept with an order'],
    ({ order }) => order?.order.orderId,
  );
  const idsOf = (of: (now: Situation) => readonly (string | null)[]) =>
    of(after)
      .filter((id) => id !== null && !of(before).includes(id))
      .sort();
  expect({
    orders: idsOf(({ orderIds }) => orderIds),
    ofTransfers: idsOf(({ transfers }) => transfers.map(({ orderId }) => orderId)),
    transfers: idsOf(({ transfers }) => transfers.map(({ transferId }) => transferId)),
  }).toEqual({
    orders: [...ordered, ...accepted].sort(),
    ofTransfers: accepted,
    transfers: of<string>(['transfer', 'propose'], (transferId) => transferId),
  });
}

async function ledgersHold(group: Group): Promise<void> {
  expect((await group.world.checkLedgers.execute(marketCode)).violations).toEqual([]);
  expect(await group.untold()).toEqual([]);
}

/** One sequence in which every kind of command is carried out: a test that only saw refusals would prove nothing. */
const carriedOut: Command[] = [
  one('order', 0, 20, 1),
  one('end financing', 2, 0, 1, { school: 5 }),
  one('finance', 0, 0, 10, { school: 5 }),
  one('end financing', 0, 0, 10, { school: 5 }),
  one('finance', 0, 0, 10, { school: 5 }),
  one('propose', 0, 0, 10, { school: 1 }),
  one('close proposal', 0, 0, 0),
  one('accept with an order', 0, 20, 0),
  one('propose', 0, 0, 10, { school: 1 }),
  // Less, which its margin would bear; beyond the maximum; too few seats.
  one('accept with an order', 0, -5, 1, { isOther: true }),
  one('accept with an order', 0, 400, 1, { isOther: true }),
  one('accept with an order', 0, 19, 0),
  one('accept with an order', 0, 20, 0),
  one('pass days', 0, 0, 1),
  one('transfer', 1, 0, 5, { school: 0 }),
  one('propose', 0, 0, 20, { school: 4 }),
  one('order', 0, 50, 1),
  one('accept without', 0, 0, 0),
  one('pass days', 0, 0, 30),
  one('correct', 0, -10, -5),
  one('succeed in part', 1, -10, 10),
  one('pass days', 0, 0, 20),
  one('succeed in full', 2, 5, 5),
  one('pass days', 0, 0, 10),
  one('activate', 3, 0, 0),
  one('succeed in full', 3, 5, 50),
  one('cancel succession', 0, 0, 0),
  one('pass to the window', 0, 0, 0),
  one('withdraw', 0, 0, 0),
  one('revoke', 0, 0, 0),
  one('exclude', 1, 0, -10),
];

const terms = fc.record({ floorScope: fc.constantFrom('ITEM' as const, 'TOTAL' as const) });

test('ORD-2, ORD-6, ADH-5, WDR-1, EXC-1, SCH-2: any sequence of commands keeps the floor, the maximum, the sums and one financer per school, or is refused and changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      terms,
      anyCommands({ minLength: 15, maxLength: 40 }),
      async (given, commands) => {
        const group = await Group.create(given);
        try {
          await begin(group, memberCount - 1);
          for (const next of commands) await step(group, next);
          await ledgersHold(group);
        } finally {
          await group.world.fresh.drop();
        }
      },
    ),
    {
      numRuns: runs,
      endOnFailure: true,
      examples: [[{ floorScope: 'ITEM' }, carriedOut]],
      ...replayed,
    },
  );
  const neverDone = [...counted].filter(([, { done }]) => done === 0).map(([kind]) => kind);
  expect(neverDone).toEqual([]);
});

test('ORD-3, SCH-2: commands given at once keep the floor, the maximum, the chains and one financer too', async () => {
  await fc.assert(
    fc.asyncProperty(
      terms,
      fc.array(anyRound, { minLength: 4, maxLength: 8 }),
      async (given, rounds) => {
        const group = await Group.create(given);
        try {
          await begin(group, memberCount);
          for (const { proposed, atOnce: round } of rounds) {
            for (const next of proposed) await step(group, next);
            const before = await situationOf(group);
            stateSeats(group, before);
            const outcomes = await Promise.allSettled(round.map((next) => carryOut(group, next)));
            for (const outcome of outcomes) {
              if (outcome.status === 'fulfilled') continue;
              expect((outcome.reason as { code?: string }).code ?? String(outcome.reason)).toMatch(
                outcomeOfRace,
              );
            }
            const after = await situationOf(group);
            holds(after, group);
            asAnswered(round, outcomes, before, after);
            await group.refresh();
          }
          await ledgersHold(group);
        } finally {
          await group.world.fresh.drop();
        }
      },
    ),
    { numRuns: runs, endOnFailure: true, ...replayed },
  );
});
