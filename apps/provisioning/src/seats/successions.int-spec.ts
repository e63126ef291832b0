import { setTimeout } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { aPupil } from '../../test/people.test-support.js';
import { ProvisioningBed } from '../../test/provisioning-bed.test-support.js';

const [moving, staying] = ['0440001A', '0440002B'];
const day = '2023-01-01';
let bed: ProvisioningBed;
jest.setTimeout(120_000);

beforeEach(async () => {
  bed = await ProvisioningBed.start();
  await bed.begin('2022-09-05');
});
afterEach(async () => {
  const faults = await bed.faults();
  await bed.stop();
  expect(faults).toEqual([]);
});

type Fact = () => Promise<unknown>;
type Work = Parameters<ProvisioningBed['fresh']['unitOfWork']['run']>[0];
const inTransaction =
  (work: Work): Fact =>
  () =>
    bed.fresh.unitOfWork.run(work);
const halfGone =
  (membershipId: string, uai = moving!): Work =>
  (tx) =>
    bed.memberships.endFinancing(tx, {
      uai,
      membershipId,
      endedOn: day,
      isTransfer: true,
    });
const halfFinanced =
  (membershipId: string, uai = moving!): Work =>
  (tx) =>
    bed.memberships.finance(tx, { uai, membershipId, startsOn: day, endsOn: null });
const schoolGone = (membershipId: string, uai?: string) =>
  inTransaction(halfGone(membershipId, uai));
const schoolFinanced = (membershipId: string, uai?: string) =>
  inTransaction(halfFinanced(membershipId, uai));
const ended = (membershipId: string) =>
  inTransaction((tx) => bed.memberships.end(tx, membershipId, day));

/** The first has done its work and is not committed when the second does its own: two partitions in one moment. */
async function openAtOnce([first, second]: readonly Work[]): Promise<void> {
  const { promise: firstIsDone, resolve: sayFirstIsDone } = Promise.withResolvers<void>();
  const { promise: mayCommit, resolve: letCommit } = Promise.withResolvers<void>();
  const runs = [
    bed.fresh.unitOfWork.run(async (tx) => {
      await first!(tx);
      sayFirstIsDone();
      await mayCommit;
    }),
    firstIsDone.then(() => bed.fresh.unitOfWork.run(second!)),
  ];
  // The second waits for the first where it must; where it did not, it has ended by then.
  await Promise.race([runs[1], setTimeout(500)]);
  letCommit();
  await Promise.all(runs);
}

/** Every order in which two partitions may come, each in its own order. */
function interleavings(a: readonly Fact[], b: readonly Fact[]): Fact[][] {
  const [headA, ...restA] = a;
  const [headB, ...restB] = b;
  if (!headA) return [[...b]];
  if (!headB) return [[...a]];
  return [
    ...interleavings(restA, b).map((rest) => [headA, ...rest]),
    ...interleavings(a, restB).map((rest) => [headB, ...rest]),
  ];
}
/** Of these memberships; all, unless some are named. */
const pools = (of?: readonly string[]) =>
  bed.rows(
    `select membership_id, held::int, ordered::int from seat_pool
      where $1::text[] is null or membership_id = any($1) order by membership_id`,
    [of],
  );
const states = (of?: readonly string[]) =>
  bed.rows(
    `select distinct state, membership_id from account
      where $1::text[] is null or membership_id = any($1) order by membership_id, state`,
    [of],
  );
const waits = () =>
  bed.rows(
    `select ((select count(*) from school_financing where awaits_transfer)
       + (select count(*) from pool_mark) + (select count(*) from person_mark))::int as n`,
  );
/** Steps of accounts on the day: moves only, no change of state. */
const changes = () =>
  bed.rows(
    'select count(*)::int as n from account_transition where effective_on >= $1 and from_state <> to_state',
    [day],
  );

// The ids sort either way, and what is looked at first must not matter.
describe.each([
  ['a-old', 'b-heir'],
  ['b-old', 'a-heir'],
])('from %s to %s', (old, heir) => {
  /** One for each order in which the two sides may come, with members and schools of its own, side by side. */
  const cases = (count: number) =>
    Array.from({ length: count }, (_, turn) => ({
      ...{ turn, old: `${old}-${turn}`, heir: `${heir}-${turn}` },
      ...{ moving: `04410${turn}0A`, staying: `04420${turn}0B` },
      pupil: (n: number) => 10 * turn + n,
    }));
  const sorted = <T extends { membership_id: string }>(rows: T[]) =>
    rows.sort((a, b) => (a.membership_id < b.membership_id ? -1 : 1));

  test('ADH-5, MKT-5: in full, accounts pass without a change of state, however the two sides come', async () => {
    const all = cases(10);
    for (const { old, moving, pupil } of all) {
      await bed.aMembership(old, { ordered: 3, uais: [moving] });
      const pupils = [1, 2, 3].map((n) => aPupil(pupil(n), { uai: moving }));
      await bed.import(pupils, { on: '2022-09-05' });
    }
    await bed.settleAccounts();
    await bed.begin(day);
    await bed.settleAccounts();
    for (const { turn, old, heir, moving } of all) {
      const orders = interleavings(
        [schoolGone(old, moving), ended(old)],
        [
          () => bed.aMembership(heir, { ordered: 0, uais: [], startsOn: day }),
          () => bed.order(heir, 3, day),
          schoolFinanced(heir, moving),
        ],
      );
      expect(orders).toHaveLength(all.length);
      for (const fact of orders[turn]!) {
        await fact();
        await bed.settleAccounts();
      }
      const both = [old, heir];
      expect([turn, await states(both), await changes(), await pools(both)]).toEqual([
        turn,
        [{ state: 'PROVISIONING', membership_id: heir }],
        [{ n: 0 }],
        sorted([
          { membership_id: old, held: 0, ordered: 0 },
          { membership_id: heir, held: 3, ordered: 3 },
        ]),
      ]);
    }
  });

  test('ADH-5, PRV-7: in part, the decrease takes no seat of those who stay, however the two sides come', async () => {
    const all = cases(6);
    for (const { old, heir, moving, staying, pupil } of all) {
      await bed.aMembership(old, { ordered: 4, uais: [moving, staying] });
      await bed.aMembership(heir, { ordered: 1, uais: [] });
      const pupils = [
        ...[1, 2].map((n) => aPupil(pupil(n), { uai: moving })),
        // The latest enrolled: the first to lose a seat, if any had to.
        ...[3, 4].map((n) => aPupil(pupil(n), { uai: staying, startsOn: '2022-09-04' })),
      ];
      await bed.import(pupils, { on: '2022-09-05' });
    }
    await bed.settleAccounts();
    await bed.begin(day);
    await bed.settleAccounts();
    for (const { turn, old, heir, moving } of all) {
      const orders = interleavings(
        [schoolGone(old, moving), () => bed.order(old, -2, day)],
        [() => bed.order(heir, 2, day), schoolFinanced(heir, moving)],
      );
      expect(orders).toHaveLength(all.length);
      for (const fact of orders[turn]!) {
        await fact();
        await bed.settleAccounts();
      }
      expect([turn, await changes(), await pools([old, heir])]).toEqual([
        turn,
        [{ n: 0 }],
        sorted([
          { membership_id: old, held: 2, ordered: 2 },
          { membership_id: heir, held: 2, ordered: 3 },
        ]),
      ]);
    }
  });

  test.each(['the one that gives', 'the one that receives'])(
    'ADH-5, SCH-2: both halves in two transactions at once, %s first: nobody waits for ever',
    async (first) => {
      await bed.aMembership(old, { ordered: 2, uais: [moving!] });
      await bed.aMembership(heir, { ordered: 0, uais: [] });
      await bed.import(
        [1, 2].map((n) => aPupil(n, { uai: moving! })),
        { on: '2022-09-05' },
      );
      await bed.settleAccounts();
      await bed.begin(day);
      await bed.settleAccounts();
      await bed.order(heir, 2, day);
      const halves = [halfGone(old), halfFinanced(heir)];
      await openAtOnce(first === 'the one that gives' ? halves : halves.reverse());
      await ended(old)();
      await bed.settleAccounts();
      expect([await states(), await changes(), await pools(), await waits()]).toEqual([
        [{ state: 'PROVISIONING', membership_id: heir }],
        [{ n: 0 }],
        [
          { membership_id: old, held: 0, ordered: 0 },
          { membership_id: heir, held: 2, ordered: 2 },
        ].sort((a, b) => (a.membership_id < b.membership_id ? -1 : 1)),
        [{ n: 0 }],
      ]);
    },
  );

  test('ADH-5, PRV-2: who comes with its school goes before who waits there, a day later too', async () => {
    await bed.aMembership(old, { ordered: 2, uais: [moving!] });
    await bed.aMembership(heir, { ordered: 0, uais: [staying!] });
    const waiting = aPupil(3, { uai: staying!, startsOn: '2021-09-01' });
    await bed.import([aPupil(1, { uai: moving! }), aPupil(2, { uai: moving! }), waiting], {
      on: '2022-09-05',
    });
    await bed.settleAccounts();
    expect(await bed.stateOf(waiting.personId)).toEqual(['WAITING_SEAT']);
    await bed.begin(day);
    for (const fact of [schoolGone(old), ended(old)]) await fact();
    await bed.settleAccounts();
    // The other half is late: its partition lags.
    await bed.begin('2023-01-02');
    await bed.settleAccounts();
    expect(await changes()).toEqual([{ n: 0 }]);
    await bed.order(heir, 2, day);
    await schoolFinanced(heir)();
    await bed.settleAccounts();
    expect([await changes(), await states()]).toEqual([
      [{ n: 0 }],
      [
        { state: 'PROVISIONING', membership_id: heir },
        { state: 'WAITING_SEAT', membership_id: heir },
      ],
    ]);
  });
});
