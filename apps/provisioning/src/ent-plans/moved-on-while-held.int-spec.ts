import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { everythingWaits } from '../../test/ent-parts.test-support.js';

jest.setTimeout(180_000);
bedForEachTest('2022-11-14');

const [old, next] = ['0440001A', '0440002B'];
const parts = async () =>
  (
    await bed.rows<{ line: string }>(
      `select concat_ws(' ', right(uai, 2), state, nullif(moves, 0) || 'M', nullif(closes, 0) || 'C') as line
       from ent_plan_part where state <> 'RELEASED' order by line`,
    )
  ).map(({ line }) => line);

test('PRV-8: where one of those whom a plan holds counts for another school by now, the others are planned anew and can be approved', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [old, next] });
  const all = pupils(old, 4);
  await bed.import(all, { on: '2022-11-14' });
  bed.thresholds = everythingWaits;
  bed.run();
  await bed.untilQuiet();
  const moved = all.slice(0, 2).map((one) => ({ ...one, uai: next, revision: 2 }));
  await bed.import(moved, { on: '2022-11-14' });
  await bed.untilQuiet();
  expect(await parts()).toEqual(['1A HELD 2M']);
  // The first leaves the group: its closing counts where it is by the books, no move takes it from the old school.
  await bed.import([{ ...moved[0]!, endsOn: '2022-11-14', revision: 3 }], { on: '2022-11-14' });
  await bed.untilQuiet();
  expect(await parts()).toEqual(['1A HELD 1M', '1A STALE 2M', '2B HELD 1C']);
  await bed.approveHeld();
  await bed.untilQuiet();
  expect([await bed.approveHeld(), await parts()]).toEqual([
    false,
    ['1A APPROVED 1M', '1A STALE 2M', '2B APPROVED 1C'],
  ]);
  const { structures, users } = bed.ent.graph;
  const there = (name: string) => [...users.values()].find(({ firstName }) => firstName === name)!;
  expect(there('Prenom1').blocked).toBe(true);
  expect(there('Prenom2').structureIds.map((id) => structures.get(id)?.UAI)).toEqual([next]);
});
