import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '#libs/observability';
import { Circuit, type EntGateway, type EntQueue, EntUnavailable } from '../ent/ent.module.js';
import type { EntPlaces } from './ent-places.js';
import type { EntOutcome, EntTask } from './ent-task.js';
import type { EntWork } from './ent-work.pg.js';
import { MatchInEnt } from './match-in-ent.js';
import type { RestoreFormer } from './restore-former.js';
import { ServeEnt } from './serve-ent.js';

const accountId = '00000000-0000-4000-8000-000000000001';

/** One account whose school is answered so, `faults` of its own before. */
function served(error: EntUnavailable, faults = 0, lostConnections = 0) {
  const recorded: EntOutcome[] = [];
  let lost = 0;
  const task = {
    ...{
      accountId,
      state: 'PROVISIONING',
      entId: null,
      fedBy: null,
      former: null,
      attempts: 1,
      faults,
    },
    ...{ home: { uai: '0440001A', structureId: null }, triedPlaces: [], placesToJoin: [] },
  };
  const work = {
    take: () => Promise.resolve([task as unknown as EntTask]),
    record: (outcomes: EntOutcome[]) => {
      lost += 1;
      if (lost <= lostConnections)
        return Promise.reject(Object.assign(new Error('ended'), { code: '57P01' }));
      recorded.push(...outcomes);
      return Promise.resolve();
    },
  };
  const places = { structure: () => Promise.reject(error) };
  const none = { execute: () => Promise.resolve(undefined) } as unknown as RestoreFormer;
  const queue = {
    pauseHere: () => Promise.reject(new Error('Redis is gone')),
    resumeHere: () => Promise.resolve(),
  };
  const circuit = new Circuit(
    1,
    () => 0,
    () => -0.4,
  );
  const serve = new ServeEnt(
    work as unknown as EntWork,
    new MatchInEnt({} as EntGateway, places as unknown as EntPlaces, none),
    circuit,
    queue as unknown as EntQueue,
    createLogger('test', 'silent'),
  );
  return { serve, circuit, recorded };
}

test('PRV-4: a queue that cannot be paused is noted, the outcome is kept, and nobody seems busy for ever', async () => {
  const { serve, recorded } = served(new EntUnavailable('ENT_UNREACHABLE'));
  await serve.execute(accountId);
  await serve.drained();
  expect(recorded).toMatchObject([{ accountId, isOwnFault: false }]);
  expect(serve.isBusy).toBe(true);
  // A pause is a second at least.
  await sleep(1_200);
  expect(serve.isBusy).toBe(false);
});

test('PRV-4: an outcome is recorded although the connections of PostgreSQL are lost twice meanwhile', async () => {
  const { serve, recorded } = served(new EntUnavailable('ENT_TRANSIENT'), 0, 2);
  await serve.execute(accountId);
  await serve.drained();
  expect(recorded).toMatchObject([{ accountId, isHeard: true }]);
});

test.each([
  ['ENT_FAULT', 'ENT_FAULT_PERSISTS'],
  ['ENT_TRANSIENT', undefined],
] as const)(
  'PRV-4: %s after a thousand faults gives the account up as %s',
  async (code, failureCode) => {
    const { serve, circuit, recorded } = served(new EntUnavailable(code), 1_000);
    circuit.succeeded({ hasChanged: true });
    await serve.execute(accountId);
    await serve.drained();
    expect(recorded[0]?.failureCode).toBe(failureCode);
    expect(recorded[0]?.retryInMs !== undefined).toBe(failureCode === undefined);
    expect(circuit.pausesInARow).toBe(0);
  },
);
