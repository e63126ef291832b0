import { unbroken } from './unbroken.js';

test.each([
  ['Motif : refusée', 'Motif\u00a0: refusée'],
  ['Est-ce vous ?', 'Est-ce vous\u00a0?'],
  ['« Ouvert » depuis', '«\u00a0Ouvert\u00a0» depuis'],
  ['(soit 20 %), 12 €.', '(soit 20\u00a0%), 12\u00a0€.'],
  ['déjà\u00a0: bien', 'déjà\u00a0: bien'],
  // Not punctuation of French: a formula, a path, a time.
  ['a :b', 'a :b'],
  ['10:30, http://a', '10:30, http://a'],
])('%j is shown as %j, and so when it is shown again', (text, shown) => {
  expect([unbroken(text), unbroken(shown)]).toEqual([shown, shown]);
});
