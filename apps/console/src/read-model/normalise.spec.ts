import { normalise, wordsOf } from './normalise.js';

test.each([
  ['Élodie LE BRÛLÉ-D’Œuvre', 'elodie le brule d oeuvre'],
  ['  École  Jean-Zay ', 'ecole jean zay'],
])('finds %s as it is typed without accents', (text, searched) => {
  expect(normalise(text)).toBe(searched);
});

test('keeps each word once', () => {
  expect(wordsOf('Anne Le Le')).toEqual(['anne', 'le']);
});
