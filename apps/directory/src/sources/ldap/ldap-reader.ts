import { isLocalDate, type LocalDate } from '#libs/time';
import type { SourceRemark } from '../directory-source.js';
import type { LdapEntry } from './ldap-entry.js';

/** The values of one entry, and what is to be said of them, each reason once. */
export class LdapReader {
  readonly remarks: SourceRemark[] = [];
  /** What remarks speak of: the key, once it is known; no name, no DN (it may hold one). */
  private subject: string;

  constructor(
    private readonly file: string,
    private readonly entry: LdapEntry,
    subject: string,
  ) {
    this.subject = subject;
  }

  isAbout(key: string): void {
    this.subject = key;
  }

  remark(code: string, subject = this.subject): void {
    if (this.remarks.some((one) => one.code === code && one.subject === subject)) return;
    const { file, entry } = this;
    this.remarks.push({ kind: 'remark', code, subject, file, line: entry.rank });
  }

  all(name: string): readonly string[] {
    const key = name.toLowerCase();
    const damage = this.entry.damage.get(key);
    if (damage) this.remark(damage);
    if (this.entry.hidden.has(key)) this.remark('CONTROL_CHARACTER');
    return this.entry.values.get(key) ?? [];
  }

  /** Of what identifies somebody or something: nothing is guessed of a value with a sign that nobody sees. */
  identifiers(name: string): readonly string[] {
    const notPlain = this.entry.notPlain.get(name.toLowerCase()) ?? [];
    return this.all(name).filter((value) => !notPlain.includes(value));
  }

  /** Values have no order in LDAP: of several the first by spelling, so that each read says the same. */
  one(name: string): string {
    return this.first(this.all(name));
  }

  oneIdentifier(name: string): string {
    return this.first(this.identifiers(name));
  }

  private first(values: readonly string[]): string {
    if (values.length > 1) this.remark('SEVERAL_VALUES');
    return [...values].sort()[0] ?? '';
  }

  /** Whether a value of it was left out, or could be no identifier. */
  isDamaged(name: string): boolean {
    const key = name.toLowerCase();
    return this.entry.damage.has(key) || this.entry.notPlain.has(key);
  }

  /** `yyyymmdd`, as SDET says, `yyyy-mm-dd` or `dd/mm/yyyy`. */
  date(name: string): LocalDate | undefined {
    const text = this.one(name);
    if (text === '') return undefined;
    const day = text
      .replace(/^(\d\d)\/(\d\d)\/(\d{4})$/, '$3-$2-$1')
      .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
    if (isLocalDate(day) && day >= '1900-01-01') return day;
    return void this.remark('DATE_MALFORMED');
  }
}
