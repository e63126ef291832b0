import { editsBetween, joined, wordsOf, wordsThatCount } from './written-name.js';
import { soundOf } from './spoken-name.js';

/**
 * How two names agree: written alike but for accents, marks and case; but for particles, or one a
 * part of the other; alike when spoken; one slip of the hand apart; not.
 */
export type NameAgreement = 'EQUAL' | 'PART' | 'SOUND' | 'SLIP' | 'OTHER';

const slipFromLetters = 3;

export function agreementOf(a: string, b: string): NameAgreement {
  const left = joined(wordsOf(a));
  const right = joined(wordsOf(b));
  if (left === '' || right === '') return 'OTHER';
  if (left === right) return 'EQUAL';
  const leftWords = wordsThatCount(a);
  const rightWords = wordsThatCount(b);
  if (isPartOf(leftWords, rightWords) || isPartOf(rightWords, leftWords)) return 'PART';
  if (soundOf(joined(leftWords)) === soundOf(joined(rightWords))) return 'SOUND';
  if (left.length >= slipFromLetters && right.length >= slipFromLetters)
    if (editsBetween(left, right) === 1) return 'SLIP';
  return 'OTHER';
}

const order: readonly NameAgreement[] = ['EQUAL', 'PART', 'SOUND', 'SLIP', 'OTHER'];

export const better = (a: NameAgreement, b: NameAgreement): NameAgreement =>
  order.indexOf(a) <= order.indexOf(b) ? a : b;

/** Short first names of school registers that stand for one longer name only. They lead to a question, never to an answer. */
const shortForms: Readonly<Record<string, string>> = {
  ALEX: 'ALEXANDRE',
  BENJ: 'BENJAMIN',
  CHRIS: 'CHRISTOPHE',
  FRED: 'FREDERIC',
  MANU: 'EMMANUEL',
  MAX: 'MAXIME',
  NICO: 'NICOLAS',
  SEB: 'SEBASTIEN',
  THEO: 'THEODORE',
  TOM: 'THOMAS',
  VAL: 'VALENTIN',
};

export function areShortForms(a: string, b: string): boolean {
  const left = joined(wordsOf(a));
  const right = joined(wordsOf(b));
  return shortForms[left] === right || shortForms[right] === left;
}

function isPartOf(part: readonly string[], whole: readonly string[]): boolean {
  return part.length > 0 && part.every((word) => whole.includes(word));
}
