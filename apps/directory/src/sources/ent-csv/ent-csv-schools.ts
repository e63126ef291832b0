import { isUai } from '#libs/identifiers';
import type { ReadOptions } from '../directory-source.js';
import { columns, type RowCells } from './ent-csv-columns.js';

/** The schools of a row, each once: those it states (several columns, or several codes in one), else that of the delivery. */
export function schoolsOf(
  row: RowCells,
  { uai }: ReadOptions,
  remark: (code: string, subject: string) => void,
): string[] {
  // Not even in part, lest one sign decide where somebody is.
  if (!row.isPlain(columns.uais)) {
    remark('UAI_INVALID', '');
    return [];
  }
  const codes = row
    .all(columns.uais)
    .flatMap((text) => text.toUpperCase().split(/[\s,;|]+/))
    .filter((code) => code !== '');
  for (const code of codes) if (!isUai(code)) remark('UAI_INVALID', code.slice(0, 20));
  // A row whose only code is wrong is of no school, rather than of another one.
  if (codes.length > 0) return [...new Set(codes.filter(isUai))];
  return uai === undefined ? [] : [uai];
}
