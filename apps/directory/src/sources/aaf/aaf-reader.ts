import { addDays, isLocalDate, type LocalDate } from '#libs/time';
import type { SourceDivision } from '../directory-source.js';
import type { AafEntry } from './aaf-entry.js';

const bornFrom = '1900-01-01';
/** Who is to come next September is stated already. */
const entersWithinDays = 366;

const usualDay = /^\d\d\/\d\d\/\d{4}$/;

/** The values of one entry by their shape; what has another shape is remarked and left out. */
export class AafReader {
  constructor(
    readonly entry: AafEntry,
    readonly remark: (code: string) => void,
    /** Nobody is born after it; empty when it is not known. */
    private readonly datedOn: LocalDate | '',
  ) {}

  all(name: string): readonly string[] {
    return this.entry.values.get(name) ?? [];
  }

  /** The first value, or empty. */
  one(name: string): string {
    const values = this.all(name);
    if (values.length > 1) this.remark('SEVERAL_VALUES');
    return values[0] ?? '';
  }

  /**
   * The values with one of these numbers of parts, the first part (a key) present. The separator `$`
   * is not escaped in AAF, so any other number is damage.
   */
  parts(name: string, ...counts: readonly number[]): string[][] {
    const all = this.all(name).map((value) => value.split('$').map((part) => part.trim()));
    const good = all.filter((parts) => parts[0] !== '' && counts.includes(parts.length));
    if (good.length < all.length) this.remark('VALUE_MALFORMED');
    return good;
  }

  /** 1D: `structure$?$?$id$label`; 2D: `structure$name`. */
  divisions(name: string): SourceDivision[] {
    const divisions = new Map<string, SourceDivision>();
    for (const parts of this.parts(name, 5, 2)) {
      const [structureKey, id, label] =
        parts.length === 5 ? [parts[0]!, parts[3]!, parts[4]!] : [parts[0]!, parts[1]!, parts[1]!];
      if (id === '') this.remark('VALUE_MALFORMED');
      else divisions.set(`${structureKey}$${id}`, { structureKey, id, label });
    }
    return [...divisions.values()];
  }

  /** `structure$class$subject`, or `structure$class` of a head teacher: each class once. */
  taught(...names: readonly string[]): SourceDivision[] {
    const taught = new Map<string, SourceDivision>();
    for (const [structureKey, id] of names.flatMap((name) => this.parts(name, 2, 3))) {
      if (id === '') this.remark('VALUE_MALFORMED');
      else
        taught.set(`${structureKey}$${id}`, { structureKey: structureKey!, id: id!, label: id! });
    }
    return [...taught.values()];
  }

  /** `code$label$more…` of a school; an empty label is the code. */
  ofSchool(name: string): { id: string; label: string; more: readonly string[] }[] {
    const found = new Map<string, { id: string; label: string; more: readonly string[] }>();
    for (const value of this.all(name)) {
      const [id = '', label = '', ...more] = value.split('$').map((part) => part.trim());
      if (id === '') this.remark('VALUE_MALFORMED');
      else found.set(id, { id, label: label || id, more });
    }
    return [...found.values()];
  }

  date(name: string): LocalDate | undefined {
    return this.dateOf(this.day(name));
  }

  private dateOf(day: string): LocalDate | undefined {
    if (day === '' || isLocalDate(day)) return day || undefined;
    return void this.remark('DATE_MALFORMED');
  }

  birthDate(): LocalDate | undefined {
    const day = this.day('ENTPersonDateNaissance');
    const isFuture = this.datedOn !== '' && day > this.datedOn;
    if (/^\d{4}-\d\d-\d\d$/.test(day) && (day < bornFrom || isFuture))
      return void this.remark('BIRTH_DATE_IMPOSSIBLE');
    return this.dateOf(day);
  }

  /** Of somebody who is born on that day: not before it, nor long after the export, else there would be no place until then. */
  entryDate(name: string, bornOn: LocalDate): LocalDate | undefined {
    const day = this.date(name);
    if (day === undefined) return undefined;
    // Hardly anybody is still to come: for the others no day is reckoned.
    const isFar =
      this.datedOn !== '' && day > this.datedOn && day > addDays(this.datedOn, entersWithinDays);
    if (day >= bornOn && !isFar) return day;
    return void this.remark('ENTRY_DATE_IMPOSSIBLE');
  }

  /** `dd/mm/yyyy` as `yyyy-mm-dd`. */
  private day(name: string): string {
    const text = this.one(name);
    return usualDay.test(text)
      ? `${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}`
      : text.split('/').reverse().join('-');
  }

  /** Key and names, or undefined with a remark. */
  person() {
    const lastName = this.one('ENTPersonNom');
    const firstName = this.one('ENTPersonPrenom');
    if (this.one('ENTPersonJointure') !== this.entry.id)
      return void this.remark('KEY_INCONSISTENT');
    if (lastName === '' || firstName === '') return void this.remark('NAME_MISSING');
    const birthDate = this.birthDate();
    return { lastName, firstName, ...(birthDate ? { birthDate } : {}) };
  }
}
