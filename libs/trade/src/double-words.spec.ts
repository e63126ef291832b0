import { expect, test } from '@jest/globals';
import { likeness, reasonsInWords } from './double-words.js';

test('DIR-2: what speaks for one person, what against, and what is only good to know are told apart', () => {
  const codes = ['INE_DIFFERENT', 'LAST_NAME_EQUAL', 'BIRTH_DATE_UNSAID', 'SCHOOL_SHARED'];
  expect(reasonsInWords(codes)).toBe(
    'Pour\u00a0: même nom, même école. Contre\u00a0: deux INE différents. À savoir\u00a0: une date de naissance manque.',
  );
  expect(reasonsInWords(['NEW_CODE'])).toBe('À savoir\u00a0: NEW_CODE.');
});

test.each([
  [90, 'Très forte'],
  [89, 'Forte'],
  [80, 'Forte'],
  [79, 'À vérifier'],
])('a likeness of %i reads « %s »', (score, words) => {
  expect(likeness(score)).toBe(words);
});
