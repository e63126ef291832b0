import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beganAt } from './process-identity.mjs';
import { runOnce } from './run-once.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'run-once-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Says its word, and that of a child of its own, and goes on for so long. */
async function run(lingersMs: number) {
  const word = join(dir, 'word');
  const program = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, ${lingersMs})']);
    require('node:fs').writeFileSync(${JSON.stringify(word)}, process.pid + ' ' + child.pid);
    setTimeout(() => process.exit(0), ${lingersMs});`;
  let overdue = 0;
  const begun = performance.now();
  const status = await runOnce(process.execPath, ['-e', program], {
    stdio: 'ignore',
    grace: { hasSaid: () => existsSync(word), seconds: 1, onOverdue: () => (overdue += 1) },
  });
  const started = readFileSync(word, 'utf8').split(' ').map(Number);
  // What is killed is there until whoever inherits it has looked at it.
  while (started.some(beganAt) && performance.now() - begun < 30_000) await sleep(20);
  const left = started.filter(beganAt);
  return { status, overdue, left, ms: performance.now() - begun };
}

test('ends what has said all and does not end, with what it started, and says so', async () => {
  const { ms, ...ended } = await run(120_000);
  expect(ended).toEqual({ status: 1, overdue: 1, left: [] });
  expect(ms).toBeLessThan(60_000);
});

test('lets what ends by itself within the grace', async () => {
  expect(await run(200)).toMatchObject({ status: 0, overdue: 0 });
});
