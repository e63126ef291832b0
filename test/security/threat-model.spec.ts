import { existsSync, readFileSync } from 'node:fs';

/**
 * Goal: no row of the threat model claims a test that is not there. Method: read the rows of README.md; each names a
 * file of tests in backquotes and the test's title in « » beside it.
 */
const rows = readFileSync('test/security/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| asset |'))
  .map((line) => line.slice(2, -2).split(' | '))
  .map(([asset = '', attacker = '', attack = '', holds = '', test = '', ...rest]) => ({
    cells: [asset, attacker, attack, holds, test, ...rest],
    attack,
    tests: [...test.matchAll(/`([^`]+\.ts)`: ((?:« .+? »(?:, )?)+)/g)].map(
      ([, path = '', titles = '']) => ({
        path,
        titles: [...titles.matchAll(/« (.+?) »/g)].map(([, title = '']) => title),
      }),
    ),
  }));

test('every attack has its five cells, and is told once', () => {
  expect(rows.filter(({ cells }) => cells.length !== 5 || cells.includes(''))).toEqual([]);
  expect(new Set(rows.map(({ attack }) => attack)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(8);
});

test.each(rows)('$attack: its tests are there', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0);
  const missing = tests.flatMap(({ path, titles }) => {
    if (!existsSync(path)) return [path];
    const text = readFileSync(path, 'utf8');
    return titles.filter((title) => !text.includes(title));
  });
  expect(missing).toEqual([]);
});
