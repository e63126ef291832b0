/** Words that come and go between two writings of one name: LE GALL and GALL, DE LA TOUR and TOUR. */
const particles = new Set(['A', 'D', 'DA', 'DE', 'DEL', 'DES', 'DI', 'DU', 'L', 'LA', 'LE', 'LES']);

/** The words of a name in A-Z only: no accents, ligatures, apostrophes, hyphens or case. */
export function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/Œ/g, 'OE')
    .replace(/Æ/g, 'AE')
    .replace(/Ł/g, 'L')
    .replace(/Ø/g, 'O')
    .replace(/Đ/g, 'D')
    .split(/[^A-Z]+/)
    .filter((word) => word !== '');
}

/** Without particles, unless nothing else is left. */
export function wordsThatCount(name: string): readonly string[] {
  const words = wordsOf(name);
  const counting = words.filter((word) => !particles.has(word));
  return counting.length > 0 ? counting : words;
}

/** A name written together: what is equal here differs at most in accents, marks and case. */
export const joined = (words: readonly string[]): string => words.join('');

/**
 * Edits between two words (a letter more, less or other, or two neighbours exchanged), counted up
 * to 2; from there on how many more is not asked.
 */
export function editsBetween(a: string, b: string): 0 | 1 | 2 {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > 1) return 2;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(a.length, b.length) - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  )
    end += 1;
  const restOfA = a.slice(start, a.length - end);
  const restOfB = b.slice(start, b.length - end);
  if (restOfA.length <= 1 && restOfB.length <= 1) return 1;
  const exchanged = restOfA.length === 2 && restOfA[0] === restOfB[1] && restOfA[1] === restOfB[0];
  return exchanged && restOfB.length === 2 ? 1 : 2;
}
