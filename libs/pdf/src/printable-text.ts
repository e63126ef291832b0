import { unbroken } from '#libs/trade';
import { canBeShown } from './faces.js';

/** Letters that no mark makes out of a plain one, and signs with a near one. */
const near: Readonly<Record<string, string>> = {
  ...{ '\t': ' ', '\u2028': '\n', '\u2029': '\n', '\u2010': '-' },
};
// The repertoire of names and amounts, judged once each: a text of ten thousand letters has a hundred.
const judged = new Map<string, boolean>([['\n', true]]);
const judgedMax = 10_000;

/**
 * A text as the embedded faces can show it: composed (NFC), a character that they have not as the nearest letter without
 * its marks, or as a question mark, never as a wrong letter and never as an empty box. Control characters are left out. Its lines break as
 * French ones do.
 */
export function printable(text: string): string {
  const composed = unbroken(text).normalize('NFC');
  let shown = '';
  for (const one of composed) shown += isShown(one) ? one : nearest(one);
  return shown;
}

function nearest(one: string): string {
  const known = near[one];
  if (known !== undefined) return known;
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{M}]/u.test(one)) return '';
  const plain = one.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain !== '' && [...plain].every(isShown) ? plain : '?';
}

function isShown(one: string): boolean {
  const known = judged.get(one);
  if (known !== undefined) return known;
  // A mark alone is drawn beside its letter at best: it is shown where it composes, or left out. So are invisible ones.
  const shown = !/[\p{Cc}\p{Cf}\p{M}]/u.test(one) && canBeShown(one);
  if (judged.size < judgedMax) judged.set(one, shown);
  return shown;
}
