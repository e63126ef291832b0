import { expect, test } from '@jest/globals';
import { forStandardFonts } from './standard-fonts.js';

test.each([
  ['Éléonore d’Œuvre, 12 € — « fin »…', 'Éléonore d’Œuvre, 12 € — « fin »…'],
  ['Şeyma Łukasz Čapek', 'Seyma Lukasz Capek'],
  ['Zoe\u0301', 'Zoé'],
  ['1\u202f000 \u2212 5', '1\u00a0000 - 5'],
  ['学', '?'],
])('%s is written %s', (text, written) => expect(forStandardFonts(text)).toBe(written));
