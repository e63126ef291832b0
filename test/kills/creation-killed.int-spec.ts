import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
} from '../../apps/provisioning/test/bed-of-each-test.test-support.js';
import { aPupil } from '../../apps/provisioning/test/people.test-support.js';
import { endedWithEachTest, locked, startProcess } from './killed-process.js';

/**
 * Goal: what a killed process had made and not written down is found though its people have moved to another school since:
 * a process that goes on must know that somebody was tried before (`attempts`), and where (PRV-4). Method: a process of its
 * own, ended by SIGKILL by its id while the database keeps it from writing; people move; another goes on.
 */
jest.setTimeout(300_000);
bedForEachTest();
endedWithEachTest();

const [from, to] = ['0440001A', '0440002B'] as const;
const numbers = [1, 2, 3, 4, 5];
const on = '2022-09-05';

test('PRV-4: killed by its id when its creations are done and not written down; who moved since is found, made once, and moved', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [from, to] });
  await bed.import(
    numbers.map((number) => aPupil(number, { uai: from })),
    { on },
  );
  await bed.settleAccounts();
  const unlock = await locked('select from account for update');
  const kill = startProcess('provisioning-worker');
  await bed.until('all are made', () => bed.ent.graph.users.size === numbers.length);
  await kill();
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
