import { expect, test } from '@jest/globals';
import { Problem } from '../api.js';
import { decisionKeys, type UnderKey } from './decision-keys.js';

const problem = (status: number) =>
  new Problem({ status, title: 'Non', detail: 'Non.', code: 'NO' });

/** The key that a try was sent under, whatever came of it. */
async function keyOf(underKey: UnderKey, decision: unknown, outcome?: Problem): Promise<string> {
  let used = '';
  const send = (key: string) => {
    used = key;
    return outcome ? Promise.reject(outcome) : Promise.resolve();
  };
  const failure = await underKey(decision, send).catch((error: unknown) => error);
  expect(failure).toBe(outcome);
  return used;
}

test('a decision tried again after a lost answer goes under the same key, another one under another', async () => {
  const underKey = decisionKeys();
  const first = await keyOf(underKey, ['/refusal', { note: 'a' }], problem(0));
  expect(await keyOf(underKey, ['/refusal', { note: 'a' }], problem(503))).toBe(first);
  expect(await keyOf(underKey, ['/refusal', { note: 'a' }])).toBe(first);
  expect(await keyOf(underKey, ['/refusal', { note: 'a' }])).toBe(first);
  expect(await keyOf(underKey, ['/refusal', { note: 'b' }])).not.toBe(first);
  expect(await keyOf(decisionKeys(), ['/refusal', { note: 'a' }])).not.toBe(first);
});

test('a refused decision is tried again under a new key, so that it is judged again', async () => {
  const underKey = decisionKeys();
  const refused = await keyOf(underKey, ['/revocation'], problem(409));
  expect(await keyOf(underKey, ['/revocation'])).not.toBe(refused);
});
