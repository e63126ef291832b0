import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { calmOutcome, outcome, startPlayer } from '../support/demo-player.js';

/**
 * Goal: the figures that `demo-under-faults` is held to are those of a calm run. Method: the small demo, played on a stack of
 * its own where nothing is killed. With GOLDENS=write it says what they are.
 */
let dir: string;
let stack: Stack;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-calm-'));
  stack = await startStack({ dir, throwAway: true, environment: {} });
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  removeStack(dir);
}, 60_000);

test('the demo, played calmly, comes to the committed figures, and every check holds', async () => {
  const played = await startPlayer(stack).figures;
  expect(outcome(played)).toEqual(calmOutcome(played));
  expect(outcome(played).checks.filter(({ holds }) => !holds)).toEqual([]);
}, 480_000);
