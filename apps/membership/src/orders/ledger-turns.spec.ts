import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerTurns } from './ledger-turns.js';

test('decisions on one ledger come in turn, those on others do not wait, and a failure is only its own', async () => {
  const turns = new LedgerTurns();
  const seen: string[] = [];
  const decide = (ledger: string, name: string, work: () => Promise<unknown> = () => sleep(5)) =>
    turns.take(ledger, async () => {
      seen.push(`${name} begins`);
      await work();
      seen.push(`${name} ends`);
      return name;
    });
  const outcomes = await Promise.allSettled([
    decide('a', 'first'),
    decide('a', 'second', () => Promise.reject(new Error('refused'))),
    decide('a', 'third'),
    decide('b', 'other'),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  ]);
  expect(seen.filter((one) => !one.startsWith('other'))).toEqual([
    ...['first begins', 'first ends', 'second begins', 'third begins', 'third ends'],
  ]);
  expect(seen.indexOf('other begins')).toBeLessThan(seen.indexOf('first ends'));
});

test('who has waited half a second goes ahead: a decision that hangs holds up nobody for longer', async () => {
  const turns = new LedgerTurns();
  let release = () => undefined as void;
  const hanging = turns.take('a', () => new Promise<void>((resolve) => (release = resolve)));
  const begun = performance.now();
  expect(await turns.take('a', () => Promise.resolve('decided'))).toBe('decided');
  expect(performance.now() - begun).toBeGreaterThan(450);
  release();
  await hanging;
});
