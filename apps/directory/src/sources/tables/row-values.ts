import { createHash } from 'node:crypto';
import { isLocalDate, type LocalDate } from '#libs/time';
import type { SourceDivision } from '../directory-source.js';
import { readable } from '../readable-text.js';

/** What a spreadsheet would carry out, and no name begins with. */
const formula = /^[=+@]/;
/** Arithmetic at most. */
const phone = /^\+\d[\d .()/-]*$/;
const schoolLevels = new Set('TPS PS MS GS CP CE1 CE2 CM1 CM2 ULIS'.split(' '));

/** Lower case, without accents, with single blanks: as headers and names are compared. */
export const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim().toLowerCase();

/** As it is once it was read: a sign that nobody sees hides nothing from a spreadsheet. */
export const isFormula = (cell: string): boolean => {
  const text = readable(cell);
  return formula.test(text) && !phone.test(text);
};

/** Where a row may end: a table that was written on with another program has several of these. */
export const lineEnds = ['\r\n', '\n', '\r'];

/** `sep=;` on a line of its own, by which Excel is told what parts cells: it says nobody, and the titles stand below. */
export const isSeparatorLine = (cells: readonly string[]): boolean =>
  /^sep=.?$/i.test(cells.join(''));

/** A key that a person keeps as long as what identifies it is written alike: a digest, yet personal data. */
export function keyOf(kind: 'E' | 'R' | 'P', ...identity: readonly string[]): string {
  const digest = createHash('sha256').update(identity.map(plain).join('\0')).digest('base64url');
  return `${kind}-${digest.slice(0, 22)}`;
}

/** `yyyy-mm-dd` or `dd/mm/yyyy`, which a spreadsheet may have written back as `d/m/yyyy`. */
export function dayFrom(text: string): LocalDate | undefined {
  const day = text
    .split('/')
    .reverse()
    .map((part) => part.padStart(2, '0'))
    .join('-');
  return isLocalDate(day) ? day : undefined;
}

/** PS … CM2, ULIS, or empty; another one is told. */
export function levelFrom(text: string, unknown: () => void): string {
  const level = plain(text).toUpperCase();
  if (level === '' || schoolLevels.has(level)) return level;
  if (level.startsWith('CLIS') || level.startsWith('ULIS')) return 'ULIS';
  unknown();
  return '';
}

/** Classes or groups of a table without ids: the label is all there is; each once. */
export const divisionsOf = (
  structureKey: string,
  labels: readonly string[],
): readonly SourceDivision[] =>
  [...new Set(labels)]
    .filter((label) => label !== '')
    .map((label) => ({ structureKey, id: label, label }));
