import fc from 'fast-check';
import { type LocalDate, localDate } from '#libs/time';
import type { Fault } from '../../../test/simulators/open-ent-ng/faults.js';
import { type APerson, aPupil } from './people.test-support.js';

/**
 * A school year as `work/any-year` draws it: what may happen, and what the directory says of eight pupils of two members'
 * schools, of three guardians and of two teachers, with what follows from it by the rules alone. Nothing of the product is asked.
 */
export const schools = ['0440001A', '0440002B'] as const;
export const numbers = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export const guardians = [101, 102, 103] as const;
export const staff = [201, 202] as const;
export const graceDays = 60;

export type Command =
  | { readonly is: 'STATE'; readonly pupils: readonly Stated[]; readonly isAwaited: boolean }
  | { readonly is: 'FAMILY'; readonly guardian: number; readonly children: readonly number[] }
  /** Where a teacher is, and which class of each is taught; none: has left. */
  | { readonly is: 'STAFF'; readonly teacher: number; readonly places: readonly TaughtAt[] }
  | { readonly is: 'ORDER'; readonly member: 0 | 1; readonly delta: number }
  | { readonly is: 'DAYS'; readonly days: number }
  | {
      readonly is: (typeof ofOne)[number];
      readonly number: number;
    }
  | { readonly is: 'FAIL'; readonly mode: Fault['mode'] | undefined; readonly share: number }
  | { readonly is: 'PROCESS_ENDS' }
  | { readonly is: 'DECIDE'; readonly word: 'APPROVED' | 'REJECTED' };
/** About one person: by its own hand, by somebody's in the ENT, or by a decision of ours. */
const ofOne = [
  ...(['USE', 'SUSPEND', 'RESUME', 'DELETE_BY_HAND', 'BLOCK_BY_HAND'] as const),
  ...(['RENAME_BY_HAND', 'FURTHER_CLASS_BY_HAND', 'FURTHER_SCHOOL_BY_HAND'] as const),
] as const;
export type TaughtAt = { readonly school: 0 | 1; readonly classLabel: string };
export type Stated = {
  readonly number: number;
  /** Undefined: has left. */
  readonly school: 0 | 1 | undefined;
  readonly classLabel: string;
  readonly name: string;
};

const number = fc.constantFrom(...numbers);
const member = fc.constantFrom(0 as const, 1 as const);
const stated: fc.Arbitrary<Stated> = fc.record({
  number,
  school: fc.oneof(
    { weight: 4, arbitrary: member },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  classLabel: fc.constantFrom('CP', 'CM2'),
  name: fc.constantFrom('Nom', 'Nouveau'),
});
const taughtAt: fc.Arbitrary<TaughtAt> = fc.record({
  school: member,
  // Empty: of the school, and of no class.
  classLabel: fc.constantFrom('CP', 'CM2', ''),
});
/** What an ENT does when it is not well: nothing, or all of it without an answer; undefined: it is well again. */
const failures: readonly (Fault['mode'] | undefined)[] = [
  ...(['error-503', 'disconnect', 'page-200', 'maintenance-200', 'error-200'] as const),
  ...(['redirect-302', 'xsrf-403'] as const),
  ...(['cut-json', 'empty-201', 'importer-busy', 'timeout-after-success'] as const),
  undefined,
];
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('STAFF' as const),
      teacher: fc.constantFrom(...staff),
      places: fc.uniqueArray(taughtAt, { maxLength: 2, selector: ({ school }) => school }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('STATE' as const),
      pupils: fc.uniqueArray(stated, { minLength: 1, maxLength: 4, selector: (one) => one.number }),
      isAwaited: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('FAMILY' as const),
      guardian: fc.constantFrom(...guardians),
      children: fc.subarray([...numbers], { maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ is: fc.constant('ORDER' as const), member },
      delta: fc.integer({ min: -3, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('DAYS' as const),
      days: fc.constantFrom(1, 1, 7, 30, 61, 100),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constantFrom(...ofOne),
      number: fc.constantFrom(...numbers, ...guardians, ...staff),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('FAIL' as const),
      mode: fc.constantFrom(...failures),
      share: fc.constantFrom(0.1, 0.3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('PROCESS_ENDS' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('DECIDE' as const),
      word: fc.constantFrom('APPROVED', 'APPROVED', 'REJECTED'),
    }),
  },
);

/** What the directory says, and what follows from it by the rules alone. */
export class Model {
  today: LocalDate = localDate('2022-09-05');
  readonly ordered = [4, 4];
  readonly stated = new Map<number, Stated>();
  /** Of each guardian who was ever stated. */
  readonly families = new Map<number, readonly number[]>();
  /** Of each teacher who was ever stated. */
  readonly taught = new Map<number, readonly TaughtAt[]>();
  /** Renamed, or put elsewhere, in the ENT by somebody's hand: found once the account is open. */
  readonly byHand = new Set<number>();
  private revision = 0;

  /** With the guardians of these pupils, who are where their children are. */
  state(pupils: readonly Stated[]): APerson[] {
    const people = pupils.flatMap((pupil) => {
      const before = this.stated.get(pupil.number);
      if (!before && pupil.school === undefined) return [];
      this.stated.set(pupil.number, pupil);
      const uai = schools[pupil.school ?? before?.school ?? 0];
      return [
        aPupil(pupil.number, {
          ...{ uai, classLabel: pupil.classLabel, lastName: `${pupil.name}${pupil.number}` },
          ...{ revision: this.next(), endsOn: pupil.school === undefined ? this.today : '' },
        }),
      ];
    });
    const stated = new Set(pupils.map(({ number }) => number));
    const concerned = [...this.families.keys()].filter((guardian) =>
      this.families.get(guardian)!.some((child) => stated.has(child)),
    );
    return [...people, ...concerned.flatMap((guardian) => this.guardian(guardian))];
  }

  family(guardian: number, children: readonly number[]): APerson[] {
    if (!this.families.has(guardian) && children.length === 0) return [];
    this.families.set(guardian, children);
    return this.guardian(guardian);
  }

  teacher(number: number, places: readonly TaughtAt[]): APerson[] {
    const before = this.taught.get(number) ?? [];
    if (before.length + places.length === 0) return [];
    this.taught.set(number, places);
    const [home = before[0]!, ...others] = places;
    // A school that is left is not stated any more.
    return [
      aPupil(number, {
        ...{ uai: schools[home.school], profile: 'TEACHER', classLabel: '', birthDate: '' },
        ...{ firstName: `Prof${number}`, revision: this.next() },
        endsOn: places.length === 0 ? this.today : '',
        alsoIn: others.map(({ school }) => ({ uai: schools[school] })),
        teaches: places
          .filter(({ classLabel }) => classLabel !== '')
          .map(({ school, classLabel }) => ({ uai: schools[school], classLabel })),
      }),
    ];
  }

  /** A member never orders less than nothing. */
  order(of: 0 | 1, delta: number): number {
    const allowed = Math.max(delta, -this.ordered[of]!);
    this.ordered[of]! += allowed;
    return allowed;
  }

  get inScope() {
    return [...this.stated.values()].filter(({ school }) => school !== undefined);
  }

  /** PRV-2, PRV-7: as many as are ordered, or as there are. */
  seatsHeld(of: 0 | 1): number {
    return Math.min(this.ordered[of]!, this.inScope.filter(({ school }) => school === of).length);
  }

  /** The schools of a guardian's children; none: out of scope. */
  homesOf(guardian: number): number[] {
    const children = this.families.get(guardian) ?? [];
    return [
      ...new Set(
        children.flatMap((child) => {
          const school = this.stated.get(child)?.school;
          return school === undefined ? [] : [school as number];
        }),
      ),
    ];
  }

  private guardian(guardian: number): APerson[] {
    const home = this.homesOf(guardian)[0];
    const children = this.families.get(guardian) ?? [];
    if (home === undefined && !this.wasSeen.has(guardian)) return [];
    this.wasSeen.set(guardian, home ?? this.wasSeen.get(guardian) ?? 0);
    return [
      {
        ...aPupil(guardian, { uai: schools[this.wasSeen.get(guardian) as 0 | 1] }),
        ...{ profile: 'RELATIVE', classLabel: '', birthDate: '', firstName: `Garde${guardian}` },
        ...{ lastName: `Nom${guardian}`, revision: this.next() },
        childIds: children.map((child) => aPupil(child, { uai: schools[0] }).personId),
        endsOn: home === undefined ? this.today : '',
      },
    ];
  }
  /** The last school of each guardian that the directory ever told. */
  private readonly wasSeen = new Map<number, number>();

  private next(): number {
    this.revision += 1;
    return this.revision;
  }
}

/** All seats are taken: whoever moves waits. */
export const everybodyComes: Command = {
  is: 'STATE',
  isAwaited: true,
  pupils: numbers.map((number) => ({
    ...{ number, school: number <= 4 ? 0 : 1, classLabel: 'CP', name: 'Nom' },
  })),
};
/** Of two schools, and one link taken back at last. */
export const aFamily: Command = { is: 'FAMILY', guardian: 101, children: [1, 5] };
export const aFamilyParted: Command = { is: 'FAMILY', guardian: 101, children: [5] };

/** Of two schools, one of whose classes is taught. */
export const aTeacher: Command = {
  ...{ is: 'STAFF', teacher: 201 },
  places: [
    { school: 0, classLabel: 'CP' },
    { school: 1, classLabel: '' },
  ],
};

/** So many sequences of so many commands. */
export const yearsOf = (of: { runs: number; steps: number; seed: number }): Command[][] =>
  fc.sample(fc.array(command, { minLength: of.steps, maxLength: of.steps }), {
    numRuns: of.runs,
    seed: of.seed,
  });
