import { createHash } from 'node:crypto';
import { isLocalDate, type LocalDate } from '#libs/time';
import type { SourceRemark } from '../directory-source.js';
import { ONDE_LIMITS, type OndeRow, type OndeTable, plain } from './onde-table.js';

/** What PostgreSQL refuses or nobody can read. */
const CONTROL = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;
/** What a spreadsheet would carry out, and no name begins with. */
const FORMULA = /^[=+@]/;
const PHONE = /^\+\d[\d .]*$/;

/** What is said about the rows of an extraction; never a name. */
export class OndeRemarks {
  readonly records: SourceRemark[] = [];

  constructor(private readonly file: string) {}

  add(code: string, line: number, subject = ''): void {
    this.records.push({ kind: 'remark', code, subject, file: this.file, line });
  }
}

/** Rows that can be believed: no longer than the header, of values that are text; the others have a remark. */
export function soundRows(table: OndeTable, remarks: OndeRemarks): OndeRow[] {
  return table.rows.flatMap(({ line, cells }) => {
    const refuse = (code: string) => {
      remarks.add(code, line);
      return [];
    };
    const isLonger = cells.slice(table.header.length).some((cell) => cell !== '');
    if (isLonger) return refuse('ROW_MALFORMED');
    if (cells.some((cell) => cell.length > ONDE_LIMITS.cellChars)) return refuse('VALUE_TOO_LONG');
    if (cells.some((cell) => FORMULA.test(cell) && !PHONE.test(cell)))
      return refuse('FORMULA_REFUSED');
    const clean = cells.map((cell) => cell.replace(CONTROL, ''));
    if (clean.some((cell, index) => cell !== cells[index])) remarks.add('CONTROL_CHARACTER', line);
    return [{ line, cells: clean }];
  });
}

/** A key that a person keeps as long as what identifies it is written alike: a digest, yet personal data. */
export function keyOf(kind: 'E' | 'R', ...identity: readonly string[]): string {
  const digest = createHash('sha256').update(identity.map(plain).join('\0')).digest('base64url');
  return `${kind}-${digest.slice(0, 22)}`;
}

/** `yyyy-mm-dd` or `dd/mm/yyyy`. */
export function dayFrom(text: string): LocalDate | undefined {
  const day = text.split('/').reverse().join('-');
  return isLocalDate(day) ? day : undefined;
}
