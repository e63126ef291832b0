import { papers } from '../../../../test/papers/papers.js';
import { lettersIn } from './letters-on-paper.js';

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
});
