import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';
import type { EntOutcome } from './ent-task.js';

/**
 * Goal: who moves, is named anew or leaves while its creation is under way ends as the books say, without anybody being asked
 * a second time. What the directory approved is worth something at the judgement of its import alone, and these are no change
 * to a user yet. Method: the steps of one school, more people than ever run by themselves, in each order of answers; then
 * the loop runs as it does, and what the ENT has is compared.
 */
jest.setTimeout(180_000);
bedForEachTest('2022-11-14');

const day = '2022-11-14';
/** More than ever run in a school by themselves. */
const count = 12;
const other = '0440009Z';

/** Each school has its own change, and what its users are in the end. */
const changes: readonly {
  readonly uai: string;
  readonly change: Partial<APerson>;
  readonly wanted: string;
}[] = [
  { uai: '0440001A', change: { classLabel: 'CM2' }, wanted: '0440001A 0440001A$CM2 Nom open' },
  {
    uai: '0440002B',
    change: { uai: other, classLabel: 'CM2' },
    wanted: `${other} ${other}$CM2 Nom open`,
  },
  {
    uai: '0440003C',
    change: { lastName: 'Durand' },
    wanted: '0440003C 0440003C$CE2 A Durand open',
  },
  { uai: '0440004D', change: { endsOn: day }, wanted: '0440004D 0440004D$CE2 A Nom blocked' },
];
const uais = [...changes.map(({ uai }) => uai), other];
const pupilsOf = (at: number) =>
  Array.from({ length: count }, (_, index) =>
    aPupil(at * 100 + index + 1, { uai: changes[at]!.uai, lastName: 'Nom' }),
  );
const children = changes.flatMap((_, at) => pupilsOf(at));

const userLines = () => {
  const { classes, structures, users } = bed.ent.graph;
  const lines = [...users.values()].map(({ classIds, structureIds, lastName, blocked }) => {
    const names = classIds.map((id) => classes.get(id)?.externalId ?? '').sort();
    const schools = structureIds.map((id) => structures.get(id)?.UAI ?? '').sort();
    return [...schools, ...names, lastName, blocked ? 'blocked' : 'open'].join(' ');
  });
  return [...new Set(lines)].sort();
};
const parts = () =>
  bed.rows(
    'select uai, state, moves from ent_plan_part where renames + moves + blocks + closes > 0',
  );

/**
 * How the answer to the creation comes: `late`, heard, but written down after the change; `never`, given up, and done all the
 * same. All are being made when the directory says otherwise, with its figures; what it approved is judged before any answer.
 */
async function changeWhileMade(answer: 'late' | 'never'): Promise<void> {
  await bed.aMembership('m1', { ordered: 100, uais });
  await bed.import(children, { on: day });
  await bed.settleAccounts();
  const rows = await bed.rows<{ account_id: string }>('select account_id from account');
  const tasks = await bed.work.take(rows.map((row) => row.account_id));
  const { match } = bed.engine();
  const outcomes = await Promise.all(
    tasks.map(async (task) => {
      const outcome: EntOutcome = { accountId: task.accountId, attempts: task.attempts };
      await match.execute(task, outcome);
      if (answer === 'late') return outcome;
      return { accountId: task.accountId, attempts: task.attempts, retryInMs: 0 };
    }),
  );
  expect(bed.ent.graph.users.size).toBe(children.length);
  const changed = changes.flatMap(({ change }, at) =>
    pupilsOf(at).map((each) => ({ ...each, ...change, revision: 2 })),
  );
  const schools = changes.map(({ uai, change }) =>
    'endsOn' in change ? { uai, ended: count, changed: 0 } : { uai, ended: 0, changed: count },
  );
  await bed.import(changed, { on: day, schools });
  await bed.settleAccounts();
  await bed.plans().makePlans.execute();
  await bed.work.record(outcomes);
}

test.each(['late', 'never'] as const)(
  'PRV-3, PRV-8: who moves, is named anew or leaves while it is being made is as the books say by then, and nobody is asked (an answer that comes %s)',
  async (answer) => {
    await changeWhileMade(answer);
    bed.run();
    await bed.untilQuiet();
    expect([userLines(), await parts()]).toEqual([changes.map(({ wanted }) => wanted).sort(), []]);
  },
);

test('PRV-8: once more was told of it since, it is work like any other: what was refused waits with a new change', async () => {
  await changeWhileMade('late');
  bed.ent.faults.set([{ mode: 'error-400', calls: 'DELETE /directory/class/.*' }]);
  bed.run();
  await bed.untilQuiet();
  const inBoth = '0440001A 0440001A$CE2 A 0440001A$CM2 Nom open';
  expect([userLines()[0], await parts()]).toEqual([inBoth, []]);
  bed.ent.faults.set([]);
  // By a source that nobody has approved.
  await bed.import(
    pupilsOf(0).map((each) => ({ ...each, classLabel: 'CM1', revision: 3 })),
    { on: day },
  );
  await bed.untilQuiet();
  expect([userLines()[0], await parts()]).toEqual([
    inBoth,
    [{ uai: '0440001A', state: 'HELD', moves: count }],
  ]);
});
