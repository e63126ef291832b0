import { expect, test } from '@jest/globals';
import { canBeShown } from './faces.js';
import { printable } from './printable-text.js';

test.each([
  ['Éléonore d’Œuvre, 12 € — « fin »…', 'Éléonore d’Œuvre, 12\u00a0€ — «\u00a0fin\u00a0»…'],
  ['Şeyma Łukasz Čapek Nguyễn', 'Şeyma Łukasz Čapek Nguyễn'],
  ['Zoe\u0301', 'Zoé'],
  ['1\u202f000 \u2212 5\u00a0€', '1\u202f000 \u2212 5\u00a0€'],
  // In no face: without its mark, as its sign or as a question mark.
  ['x\u030a', 'x'],
  ['Ⅻ ㎡', 'XII m2'],
  ['学 \ud83d\ude42', '? ?'],
  // Nothing that is not seen is written.
  ['a\u0000b\u200bc\ufeffd\u00ade\ud800', 'abcde'],
  ['une\tligne\nune autre', 'une ligne\nune autre'],
])('%j is written %j', (text, written) => expect(printable(text)).toBe(written));

test('both faces have what French amounts, dates and names are made of', () => {
  const needed =
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ’‘“”«»–—…€°²³·•×÷−≥≤%‰&@#§()[]{}/\\|_^~\u202f\u00a0';
  expect([...needed].filter((one) => !canBeShown(one))).toEqual([]);
});
