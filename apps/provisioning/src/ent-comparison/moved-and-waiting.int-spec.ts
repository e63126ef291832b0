import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { compared } from '../../test/ent-comparison.test-support.js';
import { everythingWaits } from '../../test/ent-parts.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { block } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

const [old, other] = ['0440001A', '0440002B'] as const;
const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const moved = () => numbers.map((number) => aPupil(number, { uai: other, revision: 2 }));

async function night(day: string): Promise<string[]> {
  await bed.begin(day);
  await bed.untilQuiet();
  const looks = await bed.rows<{ line: string }>(
    `select right(uai, 2) || ' ' || status || coalesce((select ' ' || string_agg(d->>'kind', ',' order by d->>'kind')
       from jsonb_array_elements(differences) d), '') as line from ent_look where day = $1 order by uai`,
    [day],
  );
  return looks.map(({ line }) => line);
}
const userOf = (number: number) =>
  [...bed.ent.graph.users.values()].find(({ firstName }) => firstName === `Prenom${number}`)!;

async function inTheOldSchool(): Promise<void> {
  await bed.import(
    [...numbers, 9].map((number) => aPupil(number, { uai: number === 9 ? other : old })),
    {
      on: '2022-09-05',
    },
  );
  bed.run();
  await bed.untilQuiet();
  expect(await night('2022-11-10')).toEqual(['1A MATCHED', '2B MATCHED']);
}

test('PRV-5, PRV-7: who moved and waits for a seat is looked for where the ENT has it, blocked: nights find nothing, but what is changed by hand there', async () => {
  await bed.aMembership('m1', { ordered: 8, uais: [old] });
  await bed.aMembership('m2', { ordered: 1, uais: [other] });
  await inTheOldSchool();
  await bed.import(moved(), { on: '2022-11-10' });
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ WAITING_SEAT: 8, PROVISIONED: 1 });
  expect(await night('2022-11-11')).toEqual(['1A MATCHED', '2B MATCHED']);
  remove(bed.ent.graph, [userOf(1).id]);
  block(bed.ent.graph, userOf(2).id, false);
  expect(await compared(old)).toEqual(['BLOCK 2', 'MISSING 1']);
  expect(await night('2022-11-12')).toEqual(['1A REPAIRED BLOCK,MISSING', '2B MATCHED']);
  expect(userOf(2).blocked).toBe(true);
  await bed.order('m2', 8, '2022-11-12');
  await bed.untilQuiet();
  expect(await night('2022-11-13')).toEqual(['1A MATCHED', '2B MATCHED']);
  const { structures } = bed.ent.graph;
  expect(
    numbers.map((number) => {
      const { structureIds, blocked } = userOf(number);
      return [structureIds.map((id) => structures.get(id)?.UAI), blocked];
    }),
  ).toEqual(numbers.map(() => [[other], false]));
});

test('PRV-5, PRV-8: whose move waits for a word is looked for in the school that it has not left yet', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [old, other] });
  await inTheOldSchool();
  await bed.halt();
  bed.thresholds = everythingWaits;
  bed.run();
  await bed.import(moved(), { on: '2022-11-10' });
  await bed.untilQuiet();
  expect(await night('2022-11-11')).toEqual(['1A MATCHED', '2B MATCHED']);
  await bed.approveHeld();
  await bed.untilQuiet();
  expect(await night('2022-11-12')).toEqual(['1A MATCHED', '2B MATCHED']);
});
