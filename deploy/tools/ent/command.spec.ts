import { jest } from '@jest/globals';
import { runOnly, type Verb } from './command.js';

/** Goal: whoever types a command wrongly reads why, in French. */
const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const verb = (operands: Verb['operands']): Verb => ({
  operands,
  options: { size: { type: 'string' }, open: { type: 'boolean' } },
  run: () => Promise.reject(new Error('not run')),
});
const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

test.each<[Verb['operands'], string[], string]>([
  [1, [], '0 argument donné, 1 attendu.'],
  [[0, 2], ['a'], '1 argument donné, 0 ou 2 attendus.'],
  [upTo(20), [], '0 argument donné, de 1 à 20 attendus.'],
  [0, ['--sise', '3'], 'Option inconnue : --sise.'],
  [0, ['--size'], 'Option --size : une valeur est attendue.'],
  [
    0,
    ['--size', '-3'],
    'Option --size : une valeur est attendue ; si elle commence par un tiret, écrivez --size=VALEUR.',
  ],
  [0, ['--open=oui'], 'Option --open : elle s’écrit sans valeur.'],
])('%j arguments, typed %j: %s', async (operands, typed, expected) => {
  expect(await runOnly(verb(operands), typed, 'USAGE')).toBe(2);
  expect(said.join('')).toBe(`${expected}\nUSAGE\n`);
});
