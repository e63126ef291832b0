import { isIne, isUai } from '#libs/identifiers';
import { isLocalDate, type LocalDate } from '#libs/time';
import { AAF_ATTRIBUTES, LEVEL_BY_MEF_STAT_4, type AafEntity } from './aaf-attributes.js';
import type { SourceRecord } from './directory-source.js';

/** What the reading of an entry's text met. */
export type AafDamage = 'CONTROL_CHARACTER' | 'VALUE_TOO_LONG';

/** One `addRequest` as it stands in the file: values by attribute, empty ones left out. */
export type AafEntry = {
  readonly id: string;
  readonly values: ReadonlyMap<string, string[]>;
  readonly damage: ReadonlySet<AafDamage>;
};

/** Turns an entry into the record it states, and the remarks about what was ignored. An entry that lacks what identifies it is ignored whole. */
export function fromAaf(entity: AafEntity, entry: AafEntry): SourceRecord[] {
  const remarks: SourceRecord[] = [];
  const remark = (code: string, subject = entry.id) =>
    remarks.push({ kind: 'remark', code, subject });
  for (const code of entry.damage) remark(code);
  if (entry.damage.has('VALUE_TOO_LONG')) return remarks;
  for (const name of entry.values.keys()) {
    if (!AAF_ATTRIBUTES[entity].has(name)) remark('ATTRIBUTE_UNKNOWN', name.slice(0, 60));
  }
  const record = readers[entity](new Reader(entity, entry, remark));
  return record ? [record, ...remarks] : remarks;
}

class Reader {
  constructor(
    readonly entity: AafEntity,
    readonly entry: AafEntry,
    readonly remark: (code: string, subject?: string) => void,
  ) {}

  one(name: string): string {
    return this.entry.values.get(name)?.[0] ?? '';
  }

  /** The values that have exactly so many parts; the separator `$` is not escaped in AAF, so any other count is damage. */
  parts(name: string, count: number): string[][] {
    const all = (this.entry.values.get(name) ?? []).map((value) => value.split('$'));
    const good = all.filter((parts) => parts.length === count);
    if (good.length < all.length) this.remark('VALUE_MALFORMED');
    return good;
  }

  date(name: string): LocalDate | undefined {
    const text = this.one(name);
    if (text === '') return undefined;
    const day = text.split('/').reverse().join('-');
    if (isLocalDate(day)) return day;
    this.remark('DATE_MALFORMED');
    return undefined;
  }

  /** Key and names, or undefined with a remark. */
  person() {
    const sourceKey = this.entry.id;
    const lastName = this.one('ENTPersonNom');
    const firstName = this.one('ENTPersonPrenom');
    const repeated = this.one('ENTPersonJointure');
    if (sourceKey === '' || repeated !== sourceKey) return void this.remark('KEY_INCONSISTENT');
    if (lastName === '' || firstName === '') return void this.remark('NAME_MISSING');
    const birthDate = this.date('ENTPersonDateNaissance');
    return { sourceKey, lastName, firstName, ...(birthDate ? { birthDate } : {}) };
  }
}

const readers: Record<AafEntity, (reader: Reader) => SourceRecord | undefined> = {
  EtabEducNat(reader) {
    const uai = reader.one('ENTStructureUAI').toUpperCase();
    if (!isUai(uai)) return void reader.remark('UAI_INVALID');
    const commune = reader.one('ENTStructureVille');
    const code = reader.one('ENTEcoleCommune');
    return {
      kind: 'structure',
      sourceKey: reader.entry.id,
      uai,
      name: nameOf(reader.one('ENTStructureNomCourant'), commune),
      insee: /^(\d{5}|2[AB]\d{3})$/.test(code) ? code : '',
      commune,
      postalCode: reader.one('ENTStructureCodePostal'),
      isPublic: reader.one('ENTEtablissementContrat') !== 'PR',
    };
  },

  Eleve(reader) {
    const person = reader.person();
    if (!person) return undefined;
    if (!person.birthDate) return void reader.remark('BIRTH_DATE_MISSING');
    const structureKey = reader.one('ENTPersonStructRattach');
    const classes = reader.parts('ENTPersonClasses', 5);
    const own = classes.find((parts) => parts[0] === structureKey);
    const ine = reader.one('ENTEleveINE').toUpperCase();
    if (ine !== '' && !isIne(ine)) reader.remark('INE_MALFORMED');
    const [levelCode = '', levelLabel = ''] = reader.one('ENTEleveNiveau').split('$');
    const enteredOn = reader.date('ENTEleveDateEntreeStructRattach');
    return {
      kind: 'pupil',
      ...person,
      ...(isIne(ine) ? { ine } : {}),
      structureKey,
      classId: own?.[3] ?? '',
      classLabel: own?.[4] ?? '',
      level: LEVEL_BY_MEF_STAT_4[levelCode] ?? levelLabel,
      ...(enteredOn ? { enteredOn } : {}),
      guardians: reader
        .parts('ENTEleveAutoriteParentale', 2)
        .map(([sourceKey, relation]) => ({ sourceKey: sourceKey!, relation: relation! })),
    };
  },

  PersRelEleve(reader) {
    const person = reader.person();
    return person && { kind: 'guardian', ...person };
  },

  PersEducNat(reader) {
    const person = reader.person();
    if (!person) return undefined;
    const functions = (reader.entry.values.get('ENTPersonFonctions') ?? []).map((v) =>
      v.split('$'),
    );
    const stated = reader.one('ENTPersonCategorieEnseignant');
    const structureKeys = new Set(reader.entry.values.get('ENTPersonStructRattach') ?? []);
    for (const [structure, code] of functions)
      if (structure && code && code !== '-') structureKeys.add(structure);
    return {
      kind: 'staff',
      ...person,
      // The flag wins; without it a teaching or library function makes a teacher.
      isTeacher:
        stated === ''
          ? functions.some(([, code]) => code === 'ENS' || code === 'DOC')
          : stated === 'O',
      structureKeys: [...structureKeys],
      headOf: reader.entry.values.get('ENTEnsFonctionDir') ?? [],
    };
  },
};

/** `ECOLE$Jules Verne$NANTES` (v6) or `ECOLE-JULES VERNE-ac-NANTES` (old) → the name people use. */
function nameOf(text: string, commune: string): string {
  const parts = text.split('$');
  if (parts.length === 3) return parts[1]!;
  return text.replace(/-ac-.*$/, '').replace(/^ECOLE-/, '') || commune;
}
