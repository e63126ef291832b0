import { helpFor } from './help.mjs';

const known = new Map([
  ['market', { usage: 'import FICHIER' }],
  ['ledger', { usage: 'verify MARCHÉ|ADHÉSION' }],
]);
const told = (...words: string[]) => helpFor(words, known);

test.each([[[]], [['help']], [['--help']], [['-h']], [['help', '--help']]])(
  '%j tells all commands, and that is no failure',
  (words) => {
    const { status, lines } = told(...words) ?? {};
    expect(status).toBe(0);
    expect(lines?.join('\n')).toMatch(/market +import FICHIER\n +ledger +verify/);
  },
);

test.each([[['help', 'ledger']], [['ledger', '--help']], [['ledger', 'verify', 'x', '-h']]])(
  '%j tells the usage of one',
  (words) =>
    expect(told(...words)).toEqual({
      status: 0,
      lines: ['npm run ent -- ledger verify MARCHÉ|ADHÉSION'],
    }),
);

test.each([[['leger']], [['help', 'leger']], [['leger', '--help']]])(
  '%j is unknown: what there is, and a status that no script takes for an answer',
  (words) => {
    const { status, lines } = told(...words) ?? {};
    expect(status).toBe(2);
    expect(lines?.[0]).toBe('Commande inconnue : leger.');
    expect(lines?.join('\n')).toContain('market');
  },
);

test('runs what is no question', () => {
  expect(told('market', 'import', 'help')).toBeUndefined();
});
