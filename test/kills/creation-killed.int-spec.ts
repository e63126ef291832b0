import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { jest } from '@jest/globals';
import pg from 'pg';
import {
  bed,
  bedForEachTest,
  countInBoth,
} from '../../apps/provisioning/test/bed-of-each-test.test-support.js';
import { aPupil } from '../../apps/provisioning/test/people.test-support.js';

/**
 * Goal: what a killed process had made and not written down is found though its people have moved to another school since:
 * a process that goes on must know that somebody was tried before (`attempts`), and where (PRV-4). Method: a process of its
 * own, ended by SIGKILL by its id while the database keeps it from writing; people move; another goes on.
 */
jest.setTimeout(300_000);
bedForEachTest();

const [from, to] = ['0440001A', '0440002B'] as const;
const numbers = [1, 2, 3, 4, 5];
const on = '2022-09-05';

let child: ChildProcess | undefined;
afterEach(() => {
  if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

async function accountsLocked(): Promise<() => Promise<void>> {
  const owner = new pg.Client({ connectionString: bed.fresh.ownerUrl });
  await owner.connect();
  await owner.query('begin');
  await owner.query('select from account for update');
  return async () => {
    await owner.query('rollback');
    await owner.end();
  };
}

test('PRV-4: killed by its id when its creations are done and not written down; who moved since is found, made once, and moved', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [from, to] });
  await bed.import(
    numbers.map((number) => aPupil(number, { uai: from })),
    { on },
  );
  await bed.settleAccounts();
  const unlock = await accountsLocked();
  child = fork('dist/test/kills/provisioning-worker.js', [bed.fresh.url, bed.ent.url, bed.prefix], {
    execArgv: [],
  });
  const gone = once(child, 'exit');
  await bed.until('all are made', () => bed.ent.graph.users.size === numbers.length);
  process.kill(child.pid!, 'SIGKILL');
  expect(await gone).toEqual([null, 'SIGKILL']);
  await unlock();
  expect(await bed.rows('select from account where ent_id is not null')).toEqual([]);
  const moved = numbers.map((number) =>
    aPupil(number, { uai: to, classLabel: 'CM1', revision: 2 }),
  );
  await bed.import(moved, { on });
  bed.run();
  await bed.untilQuiet();
  const { users, classes, structures } = bed.ent.graph;
  const placesOf = [...users.values()].map(({ classIds, structureIds }) => [
    classIds.map((id) => classes.get(id)?.name),
    structureIds.map((id) => structures.get(id)?.UAI),
  ]);
  expect([await bed.states(), await countInBoth(), placesOf]).toEqual([
    ...[{ PROVISIONED: 5 }, 5, numbers.map(() => [['CM1'], [to]])],
  ]);
  expect(await bed.rows('select from ent_task')).toEqual([]);
});
