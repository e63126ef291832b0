import fc from 'fast-check';
import { addDays, localDate, type LocalDate } from '#libs/time';
import {
  type AccountFact,
  type OpenInterval,
  type Place,
  openIntervals,
  sameIntervals,
  usageChanges,
} from './account-days.js';

const day = (text: string): LocalDate => localDate(text);
const school: Place = { membershipId: 'm1', itemCode: 'COMPTE_ELEVE', uai: '0440001A' };
const other: Place = { ...school, membershipId: 'm2', uai: '0440002B' };

const opened = (sequence: number, on: string, place = school): AccountFact => ({
  sequence,
  effectiveOn: day(on),
  place,
});
const shut = (sequence: number, on: string): AccountFact => ({ sequence, effectiveOn: day(on) });

describe('the account-days of one account', () => {
  test('MTR-1: counts from the day it opened to the day before it closed', () => {
    expect(openIntervals([opened(1, '2022-09-05'), shut(2, '2022-09-20')])).toEqual([
      { startsOn: '2022-09-05', endsOn: '2022-09-20', place: school },
    ]);
  });

  test('MTR-1: counts 0 where it opened and closed on one day', () => {
    expect(openIntervals([opened(1, '2022-09-05'), shut(2, '2022-09-05')])).toEqual([]);
  });

  test('MTR-1: takes the state at the end of a day it was closed and opened again', () => {
    const facts = [opened(1, '2022-09-05'), shut(2, '2022-09-20'), opened(3, '2022-09-20')];
    expect(openIntervals(facts)).toEqual([{ startsOn: '2022-09-05', place: school }]);
  });

  test('MTR-1: a change of state among the open ones changes nothing', () => {
    expect(openIntervals([opened(1, '2022-09-05'), opened(2, '2022-10-01')])).toEqual([
      { startsOn: '2022-09-05', place: school },
    ]);
  });

  test('MTR-1: counts for the membership that finances it on each day', () => {
    expect(openIntervals([opened(1, '2022-09-05'), opened(2, '2022-11-07', other)])).toEqual([
      { startsOn: '2022-09-05', endsOn: '2022-11-07', place: school },
      { startsOn: '2022-11-07', place: other },
    ]);
  });

  test('MTR-3: a late fact about the past replaces what was believed from that day on', () => {
    const facts = [opened(1, '2022-09-05'), opened(2, '2022-11-07', other)];
    expect(openIntervals([...facts, shut(3, '2022-10-01')])).toEqual([
      { startsOn: '2022-09-05', endsOn: '2022-10-01', place: school },
    ]);
  });

  test('says the difference of two sets of intervals as changes of U', () => {
    const before = openIntervals([opened(1, '2022-09-05')]);
    const after = openIntervals([opened(1, '2022-09-05'), opened(2, '2022-11-07', other)]);
    expect(usageChanges(before, after)).toEqual([
      { place: school, day: '2022-11-07', delta: -1 },
      { place: other, day: '2022-11-07', delta: 1 },
    ]);
    expect(usageChanges(after, after)).toEqual([]);
  });
});

describe('the account-days of any history', () => {
  const start = day('2022-09-01');
  const span = 40;
  const places = [undefined, school, other] as const;
  const history = fc
    .array(fc.record({ on: fc.nat(span - 1), place: fc.constantFrom(...places) }), {
      maxLength: 12,
    })
    .map((entries) =>
      entries.map(({ on, place }, index): AccountFact => {
        const fact = { sequence: index + 1, effectiveOn: addDays(start, on) };
        return place ? { ...fact, place } : fact;
      }),
    );
  const shuffledWithRepeats = history.chain((facts) =>
    fc.tuple(
      fc.constant(facts),
      fc.shuffledSubarray([...facts, ...facts], {
        minLength: facts.length * 2,
        maxLength: facts.length * 2,
      }),
    ),
  );

  /** The definition, day by day: the highest sequence in effect counts. */
  const placeOn = (facts: readonly AccountFact[], date: LocalDate): Place | undefined =>
    facts
      .filter(({ effectiveOn }) => effectiveOn <= date)
      .sort((left, right) => (left.sequence < right.sequence ? 1 : -1))[0]?.place;
  const inside = (intervals: readonly OpenInterval[], date: LocalDate): Place[] =>
    intervals
      .filter(({ startsOn, endsOn }) => startsOn <= date && (endsOn === undefined || date < endsOn))
      .map(({ place }) => place);

  test('MTR-1: says of each day what its definition says', () => {
    fc.assert(
      fc.property(history, fc.nat(span), (facts, offset) => {
        const date = addDays(start, offset);
        const place = placeOn(facts, date);
        expect(inside(openIntervals(facts), date)).toEqual(place ? [place] : []);
      }),
    );
  });

  test('MTR-2: repeats and any order of arrival give the same intervals', () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ([facts, arrived]) => {
        expect(sameIntervals(openIntervals(arrived), openIntervals(facts))).toBe(true);
      }),
    );
  });

  test('MTR-2: the changes added up arrival by arrival equal a recount from nothing', () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ([facts, arrived]) => {
        const incremental = new Map<string, number>();
        const known: AccountFact[] = [];
        for (const fact of arrived) {
          const before = openIntervals(known);
          known.push(fact);
          apply(incremental, usageChanges(before, openIntervals(known)));
        }
        const recounted = new Map<string, number>();
        apply(recounted, usageChanges([], openIntervals(facts)));
        expect(incremental).toEqual(recounted);
      }),
    );
  });

  function apply(sums: Map<string, number>, changes: ReturnType<typeof usageChanges>): void {
    for (const { place, day: on, delta } of changes) {
      const key = `${place.membershipId} ${place.uai} ${on}`;
      const sum = (sums.get(key) ?? 0) + delta;
      if (sum === 0) sums.delete(key);
      else sums.set(key, sum);
    }
  }
});
