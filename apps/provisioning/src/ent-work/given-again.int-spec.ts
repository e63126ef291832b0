import { jest } from '@jest/globals';
import { bed, bedForEachTest, countInBoth } from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';
import type { EntOutcome, EntTask } from './ent-task.js';

/**
 * Goal: whoever is given again while a process has it at work (the queue was lost and filled anew, or what the ENT is to be
 * told became another kind of call) is looked for by the second before it makes anybody, and what the first has done is known
 * in the end, whether it tells of it or not. Method: the steps of two processes, in the order that a test wants; then the
 * loop runs, and what the ENT has is compared.
 */
jest.setTimeout(180_000);
bedForEachTest();

const [uai, on] = ['0440001A', '2022-09-05'];

async function stated(more: Partial<APerson> = {}): Promise<void> {
  await bed.import([aPupil(1, { uai, ...more })], { on });
  await bed.settleAccounts();
  await bed.plans().makePlans.execute();
}
/** As the queue is filled and a process begins with what it was given. */
async function taken(): Promise<EntTask> {
  const due = await bed.work.due(10);
  expect(due).toHaveLength(1);
  const [task] = await bed.work.take(due);
  return task!;
}
async function done(task: EntTask): Promise<EntOutcome> {
  const { accountId, attempts, entId } = task;
  const outcome: EntOutcome = { accountId, attempts, servedAs: entId };
  await bed.engine().match.execute(task, outcome);
  return outcome;
}
const classesInEnt = () =>
  [...bed.ent.graph.users.values()].map(({ classIds }) =>
    classIds.map((id) => bed.ent.graph.classes.get(id)?.name),
  );

test('PRV-4: the queue is lost while somebody is made: the second process looks first, and asks for nobody a second time', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await stated();
  const first = await done(await taken());
  await bed.work.requeueAll();
  const second = await done(await taken());
  expect([second.entId, bed.ent.calls.get('create-user')]).toEqual([first.entId, 1]);
  await bed.work.record([second]);
  await bed.work.record([first]);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), classesInEnt()]).toEqual([
    ...[{ PROVISIONED: 1 }, 1, [['CE2 A']]],
  ]);
  expect(bed.ent.calls.get('create-user')).toBe(1);
});

test.each([
  ['tells of it after the second', true],
  ['never tells of it', false],
] as const)(
  'PRV-4: who moves while it is put into a further class is given again: it is in its new class alone, though the first process %s',
  async (_how, isTold) => {
    await bed.aMembership('m1', { ordered: 1, uais: [uai] });
    await stated();
    await bed.work.record([await done(await taken())]);
    await stated({ furtherClasses: ['Chorale'], revision: 2 });
    const further = await taken();
    await stated({ classLabel: 'CM2', revision: 3 });
    const moved = await taken();
    expect([further.attempts, moved.attempts]).toEqual([1, 2]);
    const answers = isTold
      ? [await done(moved), await done(further)]
      : [await done(further), await done(moved)].slice(1);
    expect(classesInEnt()).toEqual([expect.arrayContaining(['Chorale', 'CM2'])]);
    for (const answer of answers) await bed.work.record([answer]);
    bed.run();
    await bed.untilQuiet();
    expect([classesInEnt(), await bed.rows('select from ent_task')]).toEqual([[['CM2']], []]);
  },
);
