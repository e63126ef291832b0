import { createHmac } from 'node:crypto';
import type { CopyValue } from '#libs/persistence';
import type {
  SourceClass,
  SourceDivision,
  SourcePost,
  SourcePupil,
  SourceRecord,
} from '../../sources/sources.module.js';
import { placeProfileOf } from '../domain/source-declaration.js';
import type { WorkspaceOptions } from '../import-to-run.js';

type Entry = Exclude<SourceRecord, { readonly kind: 'remark' }>;

export const entities = { pupil: 1, guardian: 2, staff: 3 } as const;
/** Of tables that people make: one number may stand for a pupil in one file and for a teacher in another. */
const letters = { pupil: 'E', guardian: 'R', staff: 'P' } as const;

/** What the files say as rows of the staging tables, kept until there are enough to be copied in. */
export class StagedRows {
  structure: CopyValue[][] = [];
  person: CopyValue[][] = [];
  place: CopyValue[][] = [];
  link: CopyValue[][] = [];
  /** What sources that deliver deltas say, attribute by attribute. */
  statement: CopyValue[][] = [];
  private readonly ineKey;
  private entryCount = 0;
  private statements = 0;
  private lastIne = { plain: '', hidden: '' };
  private readonly numberOfFile = new Map<string, number>();

  /** `bySchools`: the source speaks school by school, and each kind of people has keys of its own. */
  constructor(
    ineKey: WorkspaceOptions['ineKey'],
    private readonly bySchools = false,
  ) {
    this.ineKey = ineKey;
  }

  /** Of all files so far, those copied in already included. */
  get entriesRead(): number {
    return this.entryCount;
  }

  /** The files that said something, in the order of their numbers, from 1. */
  get files(): readonly string[] {
    return [...this.numberOfFile.keys()];
  }

  /** Rows of people and their places. */
  get size(): number {
    return this.person.length + this.place.length;
  }

  /** What is to be held of a statement, for the deltas to come. */
  hold(record: Entry): void {
    if (!record.attributes) return;
    const entity = record.kind === 'structure' ? 0 : entities[record.kind];
    const ine = this.hiddenIne(record);
    const refers = refersOf(record).map((key) => `"${key.replace(/["\\]/g, '\\$&')}"`);
    this.statement.push([
      ...[(this.statements += 1), entity, record.sourceKey, ine],
      ...[JSON.stringify(record.attributes), `{${refers.join(',')}}`],
    ]);
  }

  /** `ineHash`: of a statement whose INE is held, and not said again. */
  add(record: Entry, ineHash: string | null = null): void {
    if (record.kind === 'structure') {
      const { sourceKey, uai, name, insee, commune, postalCode, contract } = record;
      const isPublic = contract === 'UNKNOWN' ? null : contract === 'PUBLIC';
      this.structure.push([
        ...[sourceKey, uai, name, insee, commune, postalCode, isPublic],
        ...[asJson(record.classes), asJson(record.groups), record.circonscription ?? ''],
      ]);
      this.entryCount += 1;
      return;
    }
    const order = (this.entryCount += 1);
    const { lastName, firstName, birthDate } = record;
    const sourceKey = this.keyOf(record.kind, record.sourceKey);
    const ine = this.hiddenIne(record) ?? ineHash;
    this.person.push([
      order,
      entities[record.kind],
      sourceKey,
      lastName,
      firstName,
      birthDate,
      ine,
      this.numberOf(record.file),
      record.line,
      record.kind === 'staff' ? record.academicIdentifier : null,
    ]);
    if (record.kind === 'pupil') {
      this.placePupil(order, sourceKey, record);
      for (const { sourceKey: guardian, relation } of record.guardians) {
        this.link.push([order, sourceKey, this.keyOf('guardian', guardian), relation]);
      }
    }
    if (record.kind === 'staff') {
      const profile = placeProfileOf(record);
      const post = record.post ? JSON.stringify(record.post) : null;
      // Of a whole circonscription or commune: which schools are in it, the directory knows.
      const isOfAll = record.structureKeys.length === 0 && isOfSeveralSchools(record.post);
      for (const key of isOfAll ? [''] : record.structureKeys) {
        this.place.push([
          ...[order, sourceKey, profile, key, '', '', '', record.headOf.includes(key), null, post],
          ...[this.taught(record.classes, key), this.taught(record.groups, key)],
        ]);
      }
      // A school once, however many functions lead to it.
      const placed = new Set(record.structureKeys);
      for (const { role, circonscription, structureKeys = [] } of record.inspects ?? []) {
        const guest = JSON.stringify({ role, circonscription });
        for (const key of structureKeys.length === 0 ? [''] : structureKeys) {
          if (placed.has(key)) continue;
          if (key !== '') placed.add(key);
          this.place.push([
            ...[order, sourceKey, 'GUEST', key, '', '', '', false, null, guest, null, null],
          ]);
        }
      }
    }
  }

  /** The home school, then the further ones, which give no account (DIR-4): each with the first of its classes. */
  private placePupil(order: number, sourceKey: string, record: SourcePupil): void {
    const { structureKey: home, level, groups } = record;
    const schools = new Set([home, ...record.otherStructureKeys]);
    for (const { structureKey } of [...record.classes, ...(groups ?? [])])
      schools.add(structureKey);
    for (const key of schools) {
      const classes = record.classes.filter(({ structureKey }) => structureKey === key);
      const first = key === home ? { id: record.classId, label: record.classLabel } : classes[0];
      this.place.push([
        ...[order, sourceKey, key === home ? 'STUDENT' : 'FURTHER_STUDENT', key],
        ...[first?.id ?? '', first?.label ?? '', level, false],
        ...[key === home ? record.enteredOn : null, null],
        asJson(classes.filter(({ id }) => id !== first?.id)),
        this.taught(groups, key),
      ]);
    }
  }

  /** Of a table that says nothing of them (null), what its source said stays; none is another thing there than nothing. */
  private taught(divisions: readonly SourceDivision[] | undefined, key: string): string | null {
    const here = divisions?.filter(({ structureKey }) => structureKey === key);
    return here?.length === 0 && this.bySchools ? '[]' : asJson(here);
  }

  /** Hands over what there is, and begins anew. */
  take() {
    const { structure, person, place, link, statement, entriesRead } = this;
    [this.structure, this.person, this.place, this.link, this.statement] = [[], [], [], [], []];
    return { structure, person, place, link, statement, entriesRead };
  }

  /** Asked of each pupil to hold and to stage, one after the other. */
  private hiddenIne(record: Entry): string | null {
    if (record.kind !== 'pupil' || !record.ine) return null;
    if (record.ine !== this.lastIne.plain)
      this.lastIne = { plain: record.ine, hidden: hideIne(this.ineKey, record.ine) };
    return this.lastIne.hidden;
  }

  private numberOf(file: string): number {
    const number = this.numberOfFile.get(file) ?? this.numberOfFile.size + 1;
    this.numberOfFile.set(file, number);
    return number;
  }

  private keyOf(kind: keyof typeof letters, sourceKey: string): string {
    return this.bySchools ? `${letters[kind]}/${sourceKey}` : sourceKey;
  }
}

const isOfSeveralSchools = (post: SourcePost | undefined): boolean =>
  post !== undefined && ('circonscription' in post || ('insee' in post && post.insee !== ''));

/** Ordered by id, so that the order of the files says nothing; null for none. */
function asJson(divisions: readonly (Omit<SourceDivision, 'structureKey'> | SourceClass)[] = []) {
  if (divisions.length === 0) return null;
  return JSON.stringify(
    divisions
      .map((each) => ({
        ...{ id: each.id, label: each.label },
        ...('levels' in each ? { levels: each.levels } : {}),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

export const hideIne = (key: string, ine: string): string =>
  createHmac('sha256', key).update(ine).digest('base64url');

/** Keys of the schools, circonscriptions and guardians that a statement names, each once. */
export function refersOf(record: Entry): readonly string[] {
  if (record.kind === 'pupil') {
    const guardians = record.guardians.map(({ sourceKey }) => sourceKey);
    const divided = [...record.classes, ...(record.groups ?? [])].map((each) => each.structureKey);
    return [
      ...new Set([record.structureKey, ...record.otherStructureKeys, ...divided, ...guardians]),
    ];
  }
  if (record.kind === 'structure') return record.circonscription ? [record.circonscription] : [];
  if (record.kind !== 'staff') return [];
  const inspected = (record.inspects ?? []).map(({ circonscription }) => circonscription);
  return [...new Set([...record.structureKeys, ...inspected])];
}
