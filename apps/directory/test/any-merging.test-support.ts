import fc from 'fast-check';
import { addDays, localDate } from '#libs/time';
import { academy, caller, ImportBed, uaiA, uaiB } from './import-bed.test-support.js';
import { doublesOn } from './merging.test-support.js';
import { aGuardian, aPupil, aSchool, aTeacher, deliver } from './stated-people.test-support.js';

/** Two sources state a few people who resemble nobody, then say other things of them; some are merged and parted meanwhile. */
const day = localDate('2022-09-01');
const sources = [academy.sourceCode, 'other'] as const;
const schools = [aSchool(uaiA), aSchool(uaiB)];
const levels = ['CP', 'CE1'];
const pupils = [
  ['Maëlys Le Montrieux', 'Enzo Tarvel', 'Rose Orsolin'],
  ['Jade Garville', 'Ilan Vasseroy', 'Tom Ardisson'],
] as const;
const adults = [
  ['Ana Lestrade', 'Yves Corbigny', 'Nora Bressac'],
  ['Omar Quintal', 'Luce Hardivel', 'Paul Zubiri'],
] as const;

/** What a source says of its n-th pupil: where, if anywhere, at which level, with how many of its two guardians. */
type SaidOfPupil = {
  readonly at: string | undefined;
  readonly level: number;
  readonly guardians: number;
  /** None: the day of the import. */
  readonly enteredOn?: string | undefined;
  /** By its first name alone, or a second one with it. */
  readonly secondName?: boolean;
  readonly ine?: boolean;
  /** Also in the other school. */
  readonly further?: boolean;
};
type Said = { readonly pupils: readonly SaidOfPupil[]; readonly teacherAt: readonly string[] };
const first: Said = {
  pupils: [0, 1, 2].map((n) => ({ at: uaiA, level: n % 2, guardians: n })),
  teacherAt: [uaiA],
};

/** Everybody has an identifier from the first day on: whom a later one leads to depends on who was one then. */
export async function bedOfTwoSources(): Promise<ImportBed> {
  const bed = await ImportBed.start(day);
  const declaration = { ...academy, sourceCode: sources[1], academyCode: '', priority: 20 };
  await bed.parts().declare.execute(declaration, caller);
  for (const source of [0, 1]) await deliver(bed, sources[source]!, day, said(source, first));
  return bed;
}

function said(source: number, { pupils: places, teacherAt }: Said) {
  const [father, mother, teacher] = adults[source]!;
  const key = (what: string) => `${source}${what}`;
  return [
    ...schools,
    ...places.flatMap(({ at, level, guardians, ...more }, n) => {
      if (at === undefined) return [];
      const [firstName, ...lastName] = pupils[source]![n]!.split(' ');
      const name = [more.secondName ? `${firstName}-Lou` : firstName, ...lastName].join(' ');
      const pupil = aPupil(key(`p${n}`), name, at, {
        ...{ born: `2015-0${n + 1}-1${source}`, level: levels[level]! },
        ...(more.ine === false ? {} : { ine: key(`ine${n}`) }),
        classes: [`${levels[level]!} A`, 'ULIS'],
        furtherUais: more.further ? [at === uaiA ? uaiB : uaiA] : [],
        guardians: Object.fromEntries(
          [key('g1'), key('g2')].slice(0, guardians).map((each, of) => [each, `${of + 1}`]),
        ),
      });
      return more.enteredOn ? { ...pupil, enteredOn: localDate(more.enteredOn) } : pupil;
    }),
    ...[aGuardian(key('g1'), father!), aGuardian(key('g2'), mother!)],
    ...(teacherAt.length > 0 ? [aTeacher(key('t'), teacher!, teacherAt)] : []),
  ];
}

export type Step =
  /** `late`: days between that of the data and the import. */
  | {
      readonly kind: 'IMPORT';
      readonly source: number;
      readonly late?: number;
      readonly said: Said;
    }
  | {
      readonly kind: 'MERGE';
      readonly of: 'PUPIL' | 'ADULT';
      readonly one: number;
      readonly other: number;
    }
  | { readonly kind: 'PART'; readonly which: number };

const saying: fc.Arbitrary<Said> = fc.record({
  pupils: fc.tuple(...[0, 1, 2].map(() => pupil())),
  teacherAt: fc.constantFrom([], [uaiA], [uaiA, uaiB]),
});
function pupil(): fc.Arbitrary<SaidOfPupil> {
  return fc.record({
    at: fc.constantFrom(uaiA, uaiB, undefined),
    ...{ level: fc.nat({ max: 1 }), guardians: fc.nat({ max: 2 }) },
    enteredOn: fc.constantFrom(undefined, undefined, '2022-08-29', '2022-09-04'),
    ...{ secondName: fc.boolean(), ine: fc.boolean(), further: fc.boolean() },
  });
}
const among = fc.nat({ max: 5 });
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      ...{ kind: fc.constant('IMPORT'), source: fc.nat({ max: 1 }) },
      ...{ late: fc.constantFrom(0, 0, 2), said: saying },
    }),
    fc.record({
      ...{ kind: fc.constant('MERGE'), of: fc.constantFrom('PUPIL', 'ADULT') },
      ...{ one: among, other: among },
    }),
    fc.record({ kind: fc.constant('PART'), which: among }),
  ),
  { minLength: 4, maxLength: 12 },
);

const alone = { at: uaiA, level: 0, guardians: 0 };
const ofGuardians = (guardians: number): Step => ({
  ...{ kind: 'IMPORT', source: 0 },
  said: { pupils: [alone, { ...alone, guardians }, alone], teacherAt: [] },
});
const enters = (at: string, enteredOn?: string): Step => ({
  ...{ kind: 'IMPORT', source: 0 },
  said: { pupils: [{ ...alone, at, enteredOn }, alone, alone], teacherAt: [] },
});
const says = (source: number, ...places: readonly (string | undefined)[]): Step => ({
  ...{ kind: 'IMPORT', source },
  said: { pupils: places.map((at) => ({ at, level: 0, guardians: 1 })), teacherAt: [] },
});
/** Of its three pupils, each at a school or not stated, with one guardian, and no teacher. */
export const schoolSays = (source: number, places: readonly (string | undefined)[]) =>
  said(source, { pupils: places.map((at) => ({ at, level: 0, guardians: 1 })), teacherAt: [] });
/** Likewise, at the first school, with what is said of each. */
export const pupilsSaid = (source: number, more: Partial<SaidOfPupil>) =>
  said(source, {
    pupils: [0, 1, 2].map(() => ({ at: uaiA, level: 0, guardians: 1, ...more })),
    teacherAt: [],
  });
const merges = (of: 'PUPIL' | 'ADULT', one: number, other: number): Step => ({
  ...{ kind: 'MERGE', of, one, other },
});

/** Found by this test, each once an inexact undoing. */
export const foundBefore: Readonly<Record<string, readonly Step[]>> = {
  'a guardian who had left and survived': [
    ...[ofGuardians(0), ofGuardians(1), merges('ADULT', 1, 0)],
  ],
  'a place that one begins to be stated with while the other has it': [
    ...[says(0, uaiA, uaiA, uaiA), merges('PUPIL', 0, 4)],
    ...[says(1, uaiA, uaiB, uaiA), says(1, uaiA, uaiA, uaiA)],
  ],
  'a place left and taken again while they are one': [
    ...[merges('PUPIL', 0, 4), says(0, undefined, uaiA, uaiA), says(0, uaiA, uaiA, uaiA)],
  ],
  'another relation of a child whose guardians are one': [
    ...[merges('ADULT', 4, 3), merges('PUPIL', 0, 5), ofGuardians(0)],
  ],
  'a child who left while its guardians were one': [
    ...[ofGuardians(2), merges('ADULT', 0, 1), says(0, uaiA, undefined, uaiA)],
  ],
  'guardians parted before a child who had left before it became one with another': [
    ...[merges('ADULT', 2, 0), says(0, uaiA, uaiA, undefined), merges('PUPIL', 2, 1)],
    ...[{ kind: 'PART', which: 0 } as const],
  ],
  'a place that ended before it began, then had from an earlier day': [
    ...[enters(uaiB, '2022-09-04'), enters(uaiA), enters(uaiB, '2022-08-29')],
    merges('PUPIL', 0, 4),
  ],
};

type Both = { readonly knownId: string; readonly newcomerId: string };

type Done =
  | { readonly kind: 'IMPORT'; readonly step: Step & { readonly kind: 'IMPORT' } }
  /** `merge`: the how manieth of this world. */
  | ({ readonly kind: 'MERGE'; readonly merge: number } & Both)
  | { readonly kind: 'PART'; readonly merge: number }
  | { readonly kind: 'NOTHING' };

/** One run of events, each on a day of its own. What is done by ids may be done again in another world, without a merge. */
export class MergingWorld {
  readonly done: Done[] = [];
  /** By the number of the merge: its id here. */
  private readonly merges = new Map<number, string>();
  /** The day of the last data of each source. */
  private readonly said: string[] = [day, day];

  constructor(readonly bed: ImportBed) {}

  async play(all: readonly Step[]): Promise<void> {
    for (const each of all) {
      if (each.kind === 'IMPORT') await this.do({ kind: 'IMPORT', step: each });
      if (each.kind === 'MERGE') await this.do(await this.merging(each));
      if (each.kind === 'PART') await this.do(await this.parting(each.which));
    }
  }

  /** Likewise, and `without` one merge. */
  async playAgain(done: readonly Done[], without: number | 'ANY'): Promise<void> {
    for (const each of done) {
      const isLeftOut = 'merge' in each && (without === 'ANY' || without === each.merge);
      await this.do(isLeftOut ? { kind: 'NOTHING' } : each);
    }
  }

  /** The numbers of the merges that stand and may be undone now. */
  async standing(): Promise<number[]> {
    const all = await doublesOn(this.bed).merges.page('ALL', { limit: 50, after: undefined });
    const standing = all.filter(({ undoneOn }) => undoneOn === '');
    const absorbed = new Set(standing.map(({ absorbedId }) => absorbedId));
    const last = new Set(
      standing.filter((each) => !absorbed.has(each.survivorId)).map((each) => each.mergeId),
    );
    return [...this.merges].filter(([, id]) => last.has(id)).map(([number]) => number);
  }

  /** In the order that `which` says: the last one first, or the first one of those that may be. */
  async partAll(which: number): Promise<void> {
    for (;;) {
      const parting = await this.parting(which);
      if (parting.kind === 'NOTHING') return;
      await this.do(parting);
    }
  }

  async do(what: Done): Promise<void> {
    this.done.push(what);
    const today = addDays(day, this.done.length);
    await this.bed.onDay(today);
    const { answer, undo } = doublesOn(this.bed);
    if (what.kind === 'IMPORT') {
      const { source, late = 0, said: says } = what.step;
      // A source that says nothing older than what it said: that would be refused.
      const datedOn = [addDays(today, -late), this.said[source]!].sort().at(-1)!;
      this.said[source] = datedOn;
      await deliver(this.bed, sources[source]!, datedOn, said(source, says));
    }
    if (what.kind === 'MERGE') {
      const pairId = await this.ask(what);
      const { mergeId } = await answer(pairId, 'SAME', caller);
      this.merges.set(what.merge, mergeId);
    }
    if (what.kind === 'PART') {
      const mergeId = this.merges.get(what.merge)!;
      await undo.execute({ mergeId, idempotencyKey: '', caller });
    }
  }

  private async merging({ of, one, other }: Step & { kind: 'MERGE' }): Promise<Done> {
    const { rows } = await this.bed.db.database.query<{ person_id: string }>(
      'select k.person_id from person_key k where k.source_key similar to $1 order by k.source_key',
      [of === 'PUPIL' ? '_p%' : '_[gt]%'],
    );
    const [knownId, newcomerId] = [rows[one]!.person_id, rows[other]!.person_id];
    if (knownId === newcomerId) return { kind: 'NOTHING' };
    // Asked about once, one way round, and for good (DIR-2).
    const { isAnswered, ...pair } = await this.question(knownId, newcomerId);
    if (isAnswered) return { kind: 'NOTHING' };
    return { kind: 'MERGE', merge: this.merges.size, ...pair };
  }

  private async parting(which: number): Promise<Done> {
    const standing = await this.standing();
    if (standing.length === 0) return { kind: 'NOTHING' };
    return { kind: 'PART', merge: standing[which % standing.length]! };
  }

  /** Who was known first where it is asked already; answered too where an answer about whom they absorbed holds for them. */
  private async question(
    knownId: string,
    newcomerId: string,
  ): Promise<Both & { isAnswered: boolean }> {
    const { rows } = await this.bed.db.database.query<Both & { isAnswered: boolean }>(
      `select coalesce(d.known_id, $1) as "knownId", coalesce(d.newcomer_id, $2) as "newcomerId",
         d.answer is not null or are_held_apart($1, $2) as "isAnswered"
       from (select) as asked left join doubtful_pair d on (d.known_id, d.newcomer_id) in (($1, $2), ($2, $1))`,
      [knownId, newcomerId],
    );
    return rows[0]!;
  }

  private async ask({ knownId, newcomerId }: Both): Promise<string> {
    const { rows } = await this.bed.db.database.query<{ pair_id: string }>(
      `with asked as (
         insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on)
         values ($1, $2, 50, '{}', '2022-09-01') on conflict (newcomer_id, known_id) do nothing returning pair_id)
       select pair_id from asked union all select pair_id from doubtful_pair where newcomer_id = $1 and known_id = $2`,
      [newcomerId, knownId],
    );
    return rows[0]!.pair_id;
  }
}
