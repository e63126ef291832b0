import { mkdirSync } from 'node:fs';
import { realSchools, type RealSchool } from '../data/schools.js';
import {
  guardianAttributes,
  pupilAttributes,
  staffAttributes,
  structureAttributes,
} from './aaf-attributes.js';
import { AafFileWriter, type AafEncoding, type AafEntity } from './aaf-file-writer.js';
import {
  addPupil,
  classPlan,
  newFamily,
  newStaff,
  structureKey,
  schoolLevels,
  type Family,
  type GeneratedPupil,
  type GeneratedStaff,
} from './population.js';
import { Random } from './random.js';

/** What happened to the population after the rentrée; counts from `day` on. */
export type PopulationChange =
  | { readonly kind: 'enter'; readonly uai: string; readonly count: number; readonly day: string }
  | { readonly kind: 'leave'; readonly uai: string; readonly count: number; readonly day: string }
  /** The pupil with that rank (from 0) in the school's own list at the rentrée goes to another school. */
  | {
      readonly kind: 'move';
      readonly uai: string;
      readonly pupil: number;
      readonly toUai: string;
      readonly day: string;
    };

export type GenerateAafOptions = {
  readonly seed: string | number;
  readonly schools: readonly {
    readonly uai: string;
    readonly headcount: number;
    readonly school?: RealSchool;
  }[];
  /** First day of the school year, `YYYY-MM-DD`. */
  readonly rentree: string;
  /** Made if missing; files of the same export are overwritten. */
  readonly folder: string;
  readonly changes?: readonly PopulationChange[];
  /** Day of the export: changes after it are left out. Default: the rentrée. */
  readonly exportedOn?: string;
  readonly encoding?: AafEncoding;
  readonly entriesPerPart?: number;
};

export type GeneratedAaf = {
  readonly folder: string;
  readonly files: readonly string[];
  readonly structures: number;
  readonly pupils: number;
  readonly guardians: number;
  readonly staff: number;
  readonly pupilsByUai: Readonly<Record<string, number>>;
  readonly classesByUai: Readonly<Record<string, number>>;
};

const acrossSchools = 0.06;
const twoSchoolsTeacher = 0.07;

/**
 * Writes a full AAF-1D export of invented people in real schools: the same
 * options give byte-identical files. One school at a time is in memory, plus the
 * families that have a child in the next one.
 */
export async function generateAaf(options: GenerateAafOptions): Promise<GeneratedAaf> {
  const exportedOn = options.exportedOn ?? options.rentree;
  mkdirSync(options.folder, { recursive: true });
  const writerOf = (entity: AafEntity) =>
    new AafFileWriter({
      folder: options.folder,
      entity,
      exportedOn,
      encoding: options.encoding ?? 'UTF-8',
      entriesPerPart: options.entriesPerPart ?? 2000,
    });
  const structures = writerOf('EtabEducNat');
  const pupils = writerOf('Eleve');
  const guardians = writerOf('PersRelEleve');
  const staff = writerOf('PersEducNat');

  const known = new Map(realSchools().map((school) => [school.uai, school]));
  const schools = options.schools.map((entry) => {
    const school = entry.school ?? known.get(entry.uai);
    if (!school) throw new RangeError(`No school ${entry.uai} in the data`);
    return { school, headcount: entry.headcount };
  });
  const headcounts = new Map(
    schools.map(({ school, headcount }) => [school.uai, { school, headcount }]),
  );
  const changes = (options.changes ?? []).filter((change) => change.day <= exportedOn);
  const pupilsByUai: Record<string, number> = {};
  const classesByUai: Record<string, number> = {};

  let carried: Family[] = [];
  // Leavers whose family is not written yet.
  const gone = new Set<string>();
  for (const [index, { school, headcount }] of schools.entries()) {
    const { own, closed, open, plan } = populate(
      options,
      school,
      headcount,
      carried,
      index < schools.length - 1,
    );
    carried = open;
    const { leaving, entering } = applyChanges(options, changes, school, own, headcounts);
    structures.add(structureKey(school.uai), structureAttributes(school));
    classesByUai[school.uai] = plan.classes.length;
    for (const pupil of [...own, ...entering.flatMap((family) => family.pupils)]) {
      if (leaving.has(pupil.key)) continue;
      pupilsByUai[pupil.uai] = (pupilsByUai[pupil.uai] ?? 0) + 1;
      pupils.add(pupil.key, pupilAttributes(pupil));
    }
    for (const key of leaving) gone.add(key);
    for (const family of [...closed, ...entering]) {
      for (const guardian of family.guardians) {
        const remaining = guardian.pupilKeys.filter((key) => !gone.has(key));
        if (remaining.length === 0) continue;
        guardians.add(guardian.key, guardianAttributes(guardian, remaining, school));
      }
      for (const pupil of family.pupils) gone.delete(pupil.key);
    }
    for (const person of staffOf(
      options,
      school,
      plan.classes.length,
      schools[index + 1]?.school.uai,
    )) {
      staff.add(person.key, staffAttributes(person));
    }
  }
  const writers = [structures, pupils, guardians, staff];
  for (const writer of writers) writer.close();
  return {
    folder: options.folder,
    files: writers.flatMap((writer) => writer.files),
    structures: structures.count,
    pupils: pupils.count,
    guardians: guardians.count,
    staff: staff.count,
    pupilsByUai,
    classesByUai,
  };
}

/** The school's pupils at the rentrée, with their families: those that are complete, and those with a child in the next school. */
function populate(
  options: GenerateAafOptions,
  school: RealSchool,
  headcount: number,
  carried: readonly Family[],
  hasNext: boolean,
) {
  const random = new Random(`${options.seed}:${school.uai}`);
  const plan = classPlan(school, headcount);
  const year = Number(options.rentree.slice(0, 4));
  const base = structureKey(school.uai);
  const own: GeneratedPupil[] = new Array<GeneratedPupil>(headcount);
  const ranks = random.shuffle(plan.slots.map((_, rank) => rank));
  const pending = [...carried];
  const closed: Family[] = [...carried];
  const open: Family[] = [];
  let families = 0;
  while (ranks.length > 0) {
    let family = pending.shift();
    let children = 1;
    if (!family) {
      family = newFamily(random, `${base}2${String(families++).padStart(4, '0')}`);
      const draw = random.next();
      children = draw < 0.7 ? 1 : draw < 0.96 ? 2 : 3;
      (hasNext && random.chance(acrossSchools) ? open : closed).push(family);
    }
    for (let i = 0; i < children && ranks.length > 0; i++) {
      const rank = ranks.pop()!;
      const level = plan.slots[rank]!;
      own[rank] = addPupil(
        random,
        family,
        {
          key: `${base}1${String(rank).padStart(4, '0')}`,
          level,
          uai: school.uai,
          schoolClass: plan.classOf(rank),
          enteredOn: `${year - random.between(0, Math.min(3, schoolLevels.indexOf(level)))}${options.rentree.slice(4)}`,
        },
        year,
      );
    }
  }
  return { plan, own, closed, open };
}

function applyChanges(
  options: GenerateAafOptions,
  changes: readonly PopulationChange[],
  school: RealSchool,
  own: readonly GeneratedPupil[],
  headcounts: ReadonlyMap<string, { school: RealSchool; headcount: number }>,
) {
  const leaving = new Set<string>();
  const entering: Family[] = [];
  const year = Number(options.rentree.slice(0, 4));
  const base = structureKey(school.uai);
  let entered = 0;
  for (const [index, change] of changes.entries()) {
    if (change.uai !== school.uai) continue;
    const random = new Random(
      `${options.seed}:${school.uai}:${change.kind}:${change.day}:${index}`,
    );
    if (change.kind === 'move') {
      const pupil = own[change.pupil];
      const target = headcounts.get(change.toUai);
      if (!pupil || !target)
        throw new RangeError(`Cannot move pupil ${change.pupil} to ${change.toUai}`);
      const { classes } = classPlan(target.school, target.headcount);
      pupil.uai = change.toUai;
      pupil.schoolClass =
        classes.find((c) => c.level === pupil.level) ?? classes[classes.length - 1]!;
      pupil.enteredOn = change.day;
      continue;
    }
    if (change.kind === 'leave') {
      const staying = own.filter((pupil) => pupil.uai === school.uai && !leaving.has(pupil.key));
      for (const pupil of random.shuffle(staying).slice(0, change.count)) leaving.add(pupil.key);
      continue;
    }
    const plan = classPlan(school, own.length);
    let family: Family | undefined;
    for (let i = 0; i < change.count; i++) {
      const rank = random.between(0, plan.slots.length - 1);
      const serial = String(entered++).padStart(4, '0');
      if (!family || random.chance(0.7)) {
        family = newFamily(random, `${base}4${serial}`);
        entering.push(family);
      }
      addPupil(
        random,
        family,
        {
          key: `${base}3${serial}`,
          level: plan.slots[rank]!,
          uai: school.uai,
          schoolClass: plan.classOf(rank),
          enteredOn: change.day,
        },
        year,
      );
    }
  }
  return { leaving, entering };
}

/** A head who teaches, 1.15 teachers a class, a helper for every third class; some share their week with the next school. */
function staffOf(
  options: GenerateAafOptions,
  school: RealSchool,
  classCount: number,
  nextUai: string | undefined,
): GeneratedStaff[] {
  const random = new Random(`${options.seed}:${school.uai}:staff`);
  const base = structureKey(school.uai);
  const teachers = Math.max(1, Math.round(classCount * 1.15));
  const aides = Math.round(classCount / 3);
  return Array.from({ length: teachers + aides }, (_, i) => {
    const role = i === 0 ? 'HEAD' : i < teachers ? 'TEACHER' : 'AIDE';
    const shared = role === 'TEACHER' && nextUai !== undefined && random.chance(twoSchoolsTeacher);
    return newStaff(
      random,
      `${base}5${String(i).padStart(4, '0')}`,
      shared ? [school.uai, nextUai] : [school.uai],
      role,
    );
  });
}
