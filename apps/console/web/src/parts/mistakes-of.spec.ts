import { expect, test } from '@jest/globals';
import type { JsonValue } from '#libs/problems';
import { Problem } from '../api.js';
import { mistakesOf } from './mistakes-of.js';

const refusal = (mistakes?: JsonValue) =>
  new Problem({
    status: 422,
    title: 'Demande invalide',
    detail: 'Corrigez et renvoyez la demande.',
    code: 'INPUT_INVALID',
    ...(mistakes !== undefined && { details: { mistakes } }),
  });
const told = { field: 'lines.0.delta', message: 'Variation (ligne 1) : au plus 1 000 000.' };

test('reads the mistakes of fields out of a refusal', () => {
  expect(mistakesOf(refusal([told]))).toEqual([told]);
});

test.each([
  ['a refusal of the domain, which tells sentences only', ['Siège 3 : à renseigner']],
  ['no list', 'rien'],
  ['an entry without sentence', [{ field: 'q' }]],
  ['nothing', undefined],
])('finds none in %s', (_name, mistakes) => {
  expect(mistakesOf(refusal(mistakes))).toEqual([]);
});
