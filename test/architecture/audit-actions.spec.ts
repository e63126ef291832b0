import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditActions } from '#libs/trade';
import { auditAction } from '../../apps/console/web/src/audit-words.js';

/**
 * Goal: the journals of all services speak one language, and people read it in theirs. Method: the
 * compiler lets a service write listed actions only; here the list is held to its pattern, to the
 * sources and to the French words.
 */
const sources = ['apps', 'libs', 'deploy/tools']
  .flatMap((home) =>
    readdirSync(home, { recursive: true, encoding: 'utf8' }).map((file) => join(home, file)),
  )
  .filter((file) => /^([a-z]+\/[a-z]+\/src|deploy\/tools)\/.*\.(ts|sql)$/.test(file))
  .filter((file) => !/generated\/|spec\.ts$|audit-actions\.ts$/.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

test('an action is a noun and what became of it', () => {
  expect(auditActions.length).toBeGreaterThan(60);
  expect(
    auditActions.filter((action) => !/^[a-z0-9]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(action)),
  ).toEqual([]);
  expect(auditActions.filter((action) => !/(ed|ent|held|out|withdrawn)$/.test(action))).toEqual([]);
});

test('every listed action is written somewhere', () => {
  // Made of parts: what becomes of a training.
  const parts = ['training.changed', 'training.held', 'training.cancelled'];
  const unused = auditActions.filter(
    (action) => !parts.includes(action) && !sources.includes(`'${action}'`),
  );
  expect(unused).toEqual([]);
});

test('every action and every refusal has French words, no two actions the same', () => {
  const words = auditActions.map((action) => auditAction(action));
  expect(words.filter((text) => !/^[A-ZÀÉ][^.]+$/.test(text))).toEqual([]);
  expect(words.filter((text, at) => words.indexOf(text) !== at)).toEqual([]);
  const refusals = auditActions.map((action) => auditAction(`${action}.refused`));
  expect(refusals.filter((text) => !/refusée?$/.test(text))).toEqual([]);
});
