import { expect, test } from '@jest/globals';
import { auditAction, auditPaper } from './audit-words.js';

test.each([
  ['order.signed.refused', 'Commande refusée'],
  ['market.amended', 'Avenant au marché'],
  ['market.amended.refused', 'Avenant au marché : refusé'],
  ['something.new.refused', 'something.new.refused'],
  ['something.new', 'something.new'],
])('%s reads « %s »', (action, words) => {
  expect(auditAction(action)).toBe(words);
});

test.each([
  ['withdrawal.recorded', '1A 9', '1A 9', 'Lettre 1A 9'],
  ['exclusion.recorded', '2301234', '2301234', '2301234'],
  ['order.signed', 'o-1', 'Bon de commande BC-1', 'Bon de commande BC-1'],
  ['order.signed', 'o-1', '', 'Une pièce non conservée ici'],
  ['school.financed', '', '', '—'],
])('%s rests on %p, named %p: « %s »', (action, restsOn, restsOnName, words) => {
  expect(auditPaper({ action, restsOn, restsOnName })).toBe(words);
});
