import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Goal: a code means one thing to a client, with one kind and so one status. Method: the sources are
 * read for the classes that state a code; each code is stated by one class (libs/trade has those that
 * several features share).
 */
const sources = ['apps', 'libs'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[a-z]+\/src\/.*\.ts$/.test(file))
    .filter((file) => !/generated\/|spec\.ts$|test-support\.ts$/.test(file))
    .map((file) => join(root, file)),
);

const stated = sources.flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  const classes =
    /^(?:export )?class (\w+) extends (?:defineProblem\(\s*'([A-Z0-9_]+)'|\w+ \{\s*(?:override )?readonly code = '([A-Z0-9_]+)')/gm;
  return [...text.matchAll(classes)].map(([, name = '', short, long]) => ({
    code: short ?? long ?? '',
    where: `${name} in ${file}`,
  }));
});

test('the classes of problems are found', () => {
  expect(stated.length).toBeGreaterThan(100);
  expect(stated.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['MEMBERSHIP_NOT_ACTIVE', 'SERVICE_UNAVAILABLE', 'LOGIN_FAILED']),
  );
});

test('each code is stated by one class', () => {
  const byCode = Map.groupBy(stated, ({ code }) => code);
  const twice = [...byCode]
    .filter(([, all]) => all.length > 1)
    .map(([code, all]) => [code, ...all.map(({ where }) => where)]);
  expect(twice).toEqual([]);
});
