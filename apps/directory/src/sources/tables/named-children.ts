import { plain } from './row-values.js';

/**
 * Finds pupils by the family and first name under which a guardian's row names them: as they are written, without case,
 * accents and surplus blanks; where nobody is, without hyphens, apostrophes and ligatures either, which two files of one
 * school write in two ways. Several: whoever asks tells them apart, or links none.
 */
export function namedChildren<Pupil>(
  pupils: readonly Pupil[],
  namesOf: (pupil: Pupil) => readonly [familyName: string, firstName: string],
): (familyName: string, firstName: string) => readonly Pupil[] {
  const asWritten = Map.groupBy(pupils, (pupil) => keyOf(plain, namesOf(pupil)));
  const alike = Map.groupBy(pupils, (pupil) => keyOf(letters, namesOf(pupil)));
  return (...names) => asWritten.get(keyOf(plain, names)) ?? alike.get(keyOf(letters, names)) ?? [];
}

const keyOf = (written: (text: string) => string, names: readonly [string, string]): string =>
  names.map(written).join('\0');

/** Of any script, so that no two names come to nothing. */
const letters = (text: string): string =>
  plain(text)
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/[^\p{L}\p{N}]+/gu, '');
