import fc from 'fast-check';
import { localDate } from '#libs/time';
import {
  ceilingOf,
  countedUpTo,
  type Limit,
  limitsFrom,
  limitsOn,
  seasonsFrom,
  type Thresholds,
} from './thresholds.js';
import { mayApprove } from './plan-rights.js';
import {
  changeKinds,
  type Day,
  type Extent,
  judge,
  mayRun,
  noFigures,
  partsOf,
  type Tally,
} from './work-plan.js';

const limits = limitsFrom('SCHOOL:5:20,MEMBER:3:60,WHOLE:1:500')!;
const thresholds: Thresholds = {
  least: 10,
  seasons: seasonsFrom('RENTREE:08-15:10-15,SUMMER:07-05:08-14'),
  limits: {
    NORMAL: limits,
    RENTREE: limitsFrom('SCHOOL:15:60,MEMBER:10:200,WHOLE:3:2000')!,
    SUMMER: limitsFrom('SCHOOL:10:40,MEMBER:5:100,WHOLE:2:1000')!,
  },
};
const day = (changed: Partial<Day> & { accounts?: number } = {}): Day => {
  const { accounts = 400, ...rest } = changed;
  const extents = { get: () => ({ accounts, ran: 0 }) } as unknown as Day['schools'];
  return {
    limits: limitsOn(localDate('2022-11-15'), thresholds),
    whole: { accounts: 100_000, ran: 0 },
    members: extents,
    schools: extents,
    approved: { schools: new Map(), members: new Map() },
    ...rest,
  };
};
const tally = (uai: string, accounts: number, changed: Partial<Tally> = {}): Tally => ({
  ...{ uai, membershipId: 'm1', kind: 'CLOSE', accounts, fresh: accounts, seats: accounts },
  ...changed,
});
/** `school level`, those that run as « runs ». */
const verdicts = (tallies: readonly Tally[], of: Day = day()) =>
  judge(partsOf(tallies), of).map(({ part: { uai }, heldBy }) => `${uai} ${heldBy ?? 'runs'}`);

describe('thresholds of a day (PRV-8)', () => {
  test.each([
    ['2022-08-14', 'SUMMER'],
    ['2022-08-15', 'RENTREE'],
    ['2022-10-15', 'RENTREE'],
    ['2022-10-16', 'NORMAL'],
    ['2023-07-04', 'NORMAL'],
    ['2023-07-05', 'SUMMER'],
  ])('%s is %s', (on, season) => {
    expect(limitsOn(localDate(on), thresholds).season).toBe(season);
  });

  test('a level is counted up to where its most decides', () => {
    for (const limit of [
      ...Object.values(limits),
      { percent: 0, most: 20 },
      { percent: 100, most: 7 },
    ]) {
      const ceiling = (among: number) =>
        ceilingOf({ least: 0, limits: { ...limits, WHOLE: limit } }, 'WHOLE', among);
      expect(ceiling(countedUpTo(limit))).toBe(ceiling(1_000_000));
    }
  });

  test('few never wait, many never run, and what lies between is a percentage rounded up', () => {
    const ceiling = (among: number) => ceilingOf({ least: 10, limits }, 'SCHOOL', among);
    expect([0, 200, 201, 300, 400, 5_000].map(ceiling)).toEqual([10, 10, 11, 15, 20, 20]);
  });

  test.each([
    'SCHOOL:101:20,MEMBER:3:60,WHOLE:1:500',
    'SCHOOL:5:20,MEMBER:3:60',
    'SCHOOL:5:20,SCHOOL:5:20,WHOLE:1:500',
    'SCHOOL:-5:20,MEMBER:3:60,WHOLE:1:500',
    'SCHOOL:5:20,MEMBER:3:60,WHOLE:1:500,DISTRICT:1:1',
    '',
  ])('%s is no threshold', (text) => {
    expect(limitsFrom(text)).toBeUndefined();
  });
});

describe('what runs and what waits (PRV-8)', () => {
  test('a school beyond its own threshold waits, the others go on', () => {
    const tallies = [tally('A', 20), tally('B', 21)];
    expect(verdicts(tallies, day({ accounts: 2_000 }))).toEqual(['A runs', 'B SCHOOL']);
  });

  test('PRV-8: schools that are each within their own wait where they are together beyond their member’s, or that of all', () => {
    const four = ['A', 'B', 'C', 'D'].map((uai) => tally(uai, 20));
    expect(verdicts(four, day({ accounts: 2_000 }))).toEqual(
      ['A', 'B', 'C', 'D'].map((uai) => `${uai} MEMBER`),
    );
    const members = four.map((each, at) => ({ ...each, membershipId: `m${at}` }));
    expect(verdicts(members, day({ accounts: 2_000, whole: { accounts: 7_900, ran: 0 } }))).toEqual(
      ['A', 'B', 'C', 'D'].map((uai) => `${uai} WHOLE`),
    );
    expect(verdicts(members, day({ accounts: 2_000, whole: { accounts: 8_000, ran: 0 } }))).toEqual(
      ['A', 'B', 'C', 'D'].map((uai) => `${uai} runs`),
    );
    expect(verdicts(members, day({ accounts: 2_000, whole: { accounts: 8_000, ran: 1 } }))).toEqual(
      ['A', 'B', 'C', 'D'].map((uai) => `${uai} WHOLE`),
    );
  });

  test('PRV-8: what a plan of the directory approved is not counted within its figures, and all of it beyond them', () => {
    const approved = (ended: number, changed = 0) => ({
      schools: new Map([['A', { ended, changed, deletions: 0 }]]),
      members: new Map(),
    });
    expect(verdicts([tally('A', 300)], day({ approved: approved(300) }))).toEqual(['A runs']);
    expect(verdicts([tally('A', 301)], day({ approved: approved(300) }))).toEqual(['A MEMBER']);
    const moved = [tally('A', 200), tally('A', 100, { kind: 'MOVE' })];
    expect(verdicts(moved, day({ approved: approved(300) }))).toEqual(['A runs']);
    expect(verdicts(moved, day({ approved: approved(200, 100) }))).toEqual(['A runs']);
    expect(verdicts(moved, day({ approved: approved(200, 99) }))).toEqual(['A MEMBER']);
    // An end approves no deletion: that is a later day's.
    expect(
      verdicts([tally('A', 300, { kind: 'DELETE' })], day({ approved: approved(300) })),
    ).toEqual(['A MEMBER']);
  });

  test('PRV-8: what a plan has held is not let through by what was approved elsewhere since', () => {
    const approved = {
      schools: new Map([['A', { ended: 40, changed: 40, deletions: 40 }]]),
      members: new Map([['m1', 40]]),
    };
    const all = day({ accounts: 200, approved });
    for (const kind of changeKinds) {
      expect(verdicts([tally('A', 40, { kind })], all)).toEqual(['A runs']);
      expect(verdicts([tally('A', 40, { kind, fresh: 29 })], all)).toEqual(['A MEMBER']);
      expect(verdicts([tally('A', 40, { kind, fresh: 30 })], all)).toEqual(['A runs']);
    }
  });

  test('PRV-8: seats lost that an order’s preview told are not counted, whichever schools they fall on', () => {
    const approved = { schools: new Map(), members: new Map([['m1', 60]]) };
    const blocks = (count: number) => [
      tally('A', 30, { kind: 'BLOCK' }),
      tally('B', count, { kind: 'BLOCK' }),
    ];
    expect(verdicts(blocks(30), day({ approved }))).toEqual(['A runs', 'B runs']);
    expect(verdicts(blocks(31), day({ approved }))).toEqual(['A MEMBER', 'B MEMBER']);
  });

  // By hand: 5 % of 300 users, at least 10; 20 at most; 3 % of 1,000 accounts; 1 % of 10,000.
  test.each<[string, number, number, number, number, boolean]>([
    ['within the school', 15, 300, 0, 0, true],
    ['beyond the school', 16, 300, 0, 0, false],
    ['few, in a small school', 10, 40, 0, 0, true],
    ['more than few, in a small school', 11, 40, 0, 0, false],
    ['beyond the most of a school', 21, 2_000, 0, 0, false],
    ['beyond the member', 15, 300, 16, 16, false],
    ['to the last of the member', 15, 300, 15, 15, true],
    ['beyond the whole', 15, 300, 0, 86, false],
    ['to the last of the whole', 15, 300, 0, 85, true],
  ])('PRV-8: what a night may do by itself: %s', (_, calls, users, ofMember, ofAll, is) => {
    const { limits: ofDay } = day();
    const where = { uai: 'A', membershipId: 'm1' };
    const extents = {
      ...{ limits: ofDay, whole: { accounts: 10_000, ran: ofAll } },
      members: new Map([['m1', { accounts: 1_000, ran: ofMember }]]),
      schools: new Map([['A', { accounts: users, ran: 0 }]]),
    };
    expect(mayRun(calls, where, extents)).toBe(is);
  });

  const tallies = fc
    .array(
      fc.record({
        uai: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
        membershipId: fc.constantFrom('m1', 'm2'),
        kind: fc.constantFrom(...changeKinds),
        accounts: fc.integer({ min: 1, max: 40 }),
        held: fc.constantFrom(0, 0, 0, 1, 5),
        seats: fc.constant(0),
      }),
      { maxLength: 12 },
    )
    .map((all) =>
      all.map(({ held, ...of }) => ({ ...of, fresh: Math.max(0, of.accounts - held) })),
    );
  const extents = fc.record({
    accounts: fc.integer({ min: 0, max: 2_000 }),
    ran: fc.integer({ min: 0, max: 30 }),
  });
  const days = fc
    .record({
      whole: extents,
      members: fc.tuple(extents, extents),
      schools: fc.tuple(extents, extents, extents, extents, extents),
      ended: fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.nat(80))),
      blocks: fc.array(fc.tuple(fc.constantFrom('m1', 'm2'), fc.nat(80))),
    })
    .map(({ whole, members, schools, ended, blocks }) =>
      day({
        whole,
        members: new Map(members.map((each, at) => [`m${at + 1}`, each])),
        schools: new Map(schools.map((each, at) => ['ABCDE'[at]!, each])),
        approved: {
          schools: new Map(
            ended.map(([uai, count]) => [uai, { ended: count, changed: count, deletions: count }]),
          ),
          members: new Map(blocks),
        },
      }),
    );

  test('PRV-8: splitting a day’s work, in any order, changes nothing', () => {
    const split = ({ accounts, fresh, seats, ...rest }: Tally, at: number): Tally[] => {
      const first = Math.min(at, accounts - 1);
      return first <= 0
        ? [{ accounts, fresh, seats, ...rest }]
        : [
            { ...rest, accounts: first, fresh: Math.min(first, fresh), seats },
            {
              ...rest,
              accounts: accounts - first,
              fresh: fresh - Math.min(first, fresh),
              seats: 0,
            },
          ];
    };
    fc.assert(
      fc.property(
        tallies,
        days,
        fc.array(fc.nat(40)),
        fc.array(fc.nat()),
        (all, of, cuts, keys) => {
          const portions = all
            .flatMap((each, at) => split(each, cuts[at] ?? 0))
            .map((each, at) => ({ each, key: keys[at] ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ each }) => each);
          expect(verdicts(portions, of).sort()).toEqual(verdicts(all, of).sort());
        },
      ),
    );
  });

  test('PRV-8: counted no further than what is to be judged needs, it is judged as if all had been counted', () => {
    fc.assert(
      fc.property(tallies, days, (all, of) => {
        const parts = partsOf(all);
        const callsOf = (membershipId: string) =>
          parts.reduce(
            (sum, part) => sum + (part.membershipId === membershipId ? total(part.figures) : 0),
            0,
          );
        const calls = parts.reduce((sum, { figures }) => sum + total(figures), 0);
        const { MEMBER, WHOLE } = of.limits.limits;
        const upTo = ({ accounts, ran }: Extent, limit: Limit, toJudge: number) => ({
          ...{ ran, accounts: Math.min(accounts, countedUpTo(limit, toJudge + ran)) },
        });
        const counted = {
          ...{ ...of, whole: upTo(of.whole, WHOLE, calls) },
          members: new Map(
            [...of.members].map(([id, extent]) => [id, upTo(extent, MEMBER, callsOf(id))]),
          ),
        };
        expect(judge(parts, counted)).toEqual(judge(parts, of));
      }),
    );
  });

  test('PRV-8: nothing runs that neither a threshold nor an approval allows, and who waits is told by whose threshold', () => {
    fc.assert(
      fc.property(tallies, days, (all, of) => {
        const judged = judge(partsOf(all), of);
        expect(judged.reduce((sum, { part }) => sum + total(part.figures), 0)).toBe(
          all.reduce((sum, { accounts }) => sum + accounts, 0),
        );
        const running = judged.filter(({ heldBy }) => heldBy === null);
        const schoolCeiling = (uai: string) =>
          ceilingOf(of.limits, 'SCHOOL', of.schools.get(uai)?.accounts ?? 0);
        for (const { part, counted, approved } of running) {
          const { ended = 0, changed = 0, deletions = 0 } = of.approved.schools.get(part.uai) ?? {};
          expect(total(part.figures)).toBe(counted + total(approved));
          expect(approved.CLOSE).toBeLessThanOrEqual(ended);
          expect(approved.MOVE + approved.RENAME + approved.CLOSE).toBeLessThanOrEqual(
            ended + changed,
          );
          expect(approved.DELETE).toBeLessThanOrEqual(deletions);
          if (counted === 0) continue;
          const { ran } = of.schools.get(part.uai)!;
          expect(ran + counted).toBeLessThanOrEqual(schoolCeiling(part.uai));
        }
        for (const [membershipId, { accounts, ran }] of of.members) {
          const own = running.filter(({ part }) => part.membershipId === membershipId);
          const blocked = own.reduce((sum, { approved }) => sum + approved.BLOCK, 0);
          expect(blocked).toBeLessThanOrEqual(of.approved.members.get(membershipId) ?? 0);
          const counted = own.reduce((sum, each) => sum + each.counted, 0);
          const floor = Math.max(
            0,
            ...judged
              .filter(({ part }) => part.membershipId === membershipId)
              .map(({ part }) => schoolCeiling(part.uai)),
          );
          if (counted > 0)
            expect(ran + counted).toBeLessThanOrEqual(
              Math.max(floor, ceilingOf(of.limits, 'MEMBER', accounts)),
            );
        }
      }),
    );
  });

  const total = (figures: typeof noFigures) =>
    changeKinds.reduce((sum, kind) => sum + figures[kind], 0);
});

test('PRV-8: level 3 approves what is beyond the threshold of a school alone, who answers for all the rest too', () => {
  const who = { isSupport3: true, isOfAll: false };
  expect((['SCHOOL', 'MEMBER', 'WHOLE'] as const).map((level) => mayApprove(level, who))).toEqual([
    true,
    false,
    false,
  ]);
  expect(mayApprove('WHOLE', { isSupport3: false, isOfAll: true })).toBe(true);
  expect(mayApprove('SCHOOL', { isSupport3: false, isOfAll: false })).toBe(false);
});
