import { expect, test } from '@jest/globals';
import { auditAction } from './audit-words.js';

test.each([
  ['order.signed.refused', 'Commande refusée'],
  ['market.amended', 'Avenant au marché'],
  ['market.amended.refused', 'Avenant au marché : refusé'],
  ['something.new.refused', 'something.new.refused'],
  ['something.new', 'something.new'],
])('%s reads « %s »', (action, words) => {
  expect(auditAction(action)).toBe(words);
});
