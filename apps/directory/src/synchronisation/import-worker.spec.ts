import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createLogger } from '#libs/observability';
import { ImportWorker } from './import-worker.js';

/** An import that a fault of ours stops each time; how often it was taken, and its turn let go. */
function failing() {
  const seen = { taken: 0, letGo: 0 };
  const open = {
    work: { importId: 'import-1', folder: 'export' },
    fail: () => Promise.resolve(),
    close: () => {
      seen.letGo += 1;
      return Promise.resolve();
    },
  };
  const workspace = {
    open: async () => {
      await sleep(1);
      seen.taken += 1;
      return open;
    },
  };
  const runImport = { execute: () => Promise.reject(new Error('no room')) };
  const parts = [workspace, runImport, {}, {}, {}, {}, {}, createLogger('test', 'silent')];
  const worker = new ImportWorker(
    ...(parts as unknown as ConstructorParameters<typeof ImportWorker>),
  );
  return { worker, seen };
}

test('an import that failed lets its turn go, and is not tried again at once, whoever wakes the worker', async () => {
  const { worker, seen } = failing();
  worker.onApplicationBootstrap();
  for (let n = 0; n < 10; n += 1) {
    await sleep(20);
    worker.wake();
  }
  expect(seen).toEqual({ taken: 1, letGo: 1 });
  // Nor does it hold up an orderly end.
  await worker.beforeApplicationShutdown();
});

test('who calls it by hand does not wait for the rest', async () => {
  const { worker, seen } = failing();
  for (let n = 0; n < 3; n += 1) expect(await worker.runNext()).toBe(true);
  expect(seen).toEqual({ taken: 3, letGo: 3 });
});
