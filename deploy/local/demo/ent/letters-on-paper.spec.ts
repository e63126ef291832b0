import { papers } from '../../../../test/papers/papers.js';
import { federatedLettersIn, lettersIn } from './letters-on-paper.js';

const printed = (name: string) => papers[name]!();

test('AUT-1: login and code are read off the paper, as they can be typed', async () => {
  expect(lettersIn(await printed('a letter with a code'))).toEqual([
    { login: 'seyma.loegoat', activationCode: 'k7bpx3mn' },
  ]);
});

test('AUT-1: a letter without an activation code has none', async () => {
  for (const name of [
    'a letter for ÉduConnect',
    'a letter with a renewal code',
    'who has no letter',
  ])
    expect([name, lettersIn(await printed(name))]).toEqual([name, []]);
  expect(federatedLettersIn(await printed('a letter for ÉduConnect'))).toBe(1);
  for (const name of ['a letter with a code', 'a letter with a renewal code', 'who has no letter'])
    expect([name, federatedLettersIn(await printed(name))]).toEqual([name, 0]);
});
