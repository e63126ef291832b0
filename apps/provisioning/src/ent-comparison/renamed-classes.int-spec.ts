import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { uai } from '../../test/ent-comparison.test-support.js';
import { looks, night, seen, userOf } from '../../test/ent-nights.test-support.js';
import { aPupil } from '../../test/people.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const put = (put: 'class' | 'structure', value: object) =>
  (bed.ent.graph as unknown as { record(entry: object): void }).record({ put, value });
async function renameClass(name: string): Promise<string> {
  const { classIds } = await userOf(1);
  const found = bed.ent.graph.classes.get(classIds[0]!)!;
  // Its externalId stays (§1.2).
  put('class', { ...found, name });
  return found.id;
}
const classesOf = async (number: number) =>
  (await userOf(number)).classIds.map((id) => bed.ent.graph.classes.get(id)?.name);
const kept = async () =>
  (await bed.rows<{ kinds: unknown[] }>('select differences as kinds from ent_look order by day'))
    .at(-1)!
    .kinds.map((each) => each as { kind: string; entId: string; fate: string })
    .map(({ kind, entId, fate }) => [kind, entId, fate]);

test('PRV-5: a class renamed in the ENT is reported for its school, and nobody of it is moved', async () => {
  await seen(pupils(uai, 12));
  const classId = await renameClass('CE2 rouge');
  await night('2022-11-11');
  expect([(await looks()).at(-1), await kept()]).toEqual([
    '11-11 1A TOLD CLASS TOLD',
    [['CLASS', classId, 'TOLD']],
  ]);
  expect(await classesOf(1)).toEqual(['CE2 rouge']);
});

test('PRV-5: a renamed class whose identifier the books lack is found by its members, and takes newcomers', async () => {
  await seen(pupils(uai, 12));
  const classId = await renameClass('CE2 rouge');
  await bed.rows('delete from ent_class');
  await bed.rows("update ent_place set ent_class_id = 'perdu'");
  await night('2022-11-11');
  expect([(await looks()).at(-1), await kept()]).toEqual([
    '11-11 1A REPAIRED CLASS REPAIRED',
    [['CLASS', classId, 'REPAIRED']],
  ]);
  await bed.import([aPupil(50, { uai })], { on: '2022-11-11' });
  await bed.untilQuiet();
  expect([await classesOf(50), bed.ent.graph.classes.size]).toEqual([['CE2 rouge'], 1]);
});

test('PRV-5: a structure under another UAI or name is reported for its school', async () => {
  await seen(pupils(uai, 12));
  await bed.rows(`insert into school (uai, name, revision) values ('${uai}', 'École des Mésanges', 1)
    on conflict (uai) do update set name = excluded.name`);
  const [structure] = [...bed.ent.graph.structures.values()];
  put('structure', { ...structure!, name: 'ECOLE DES MESANGES' });
  await night('2022-11-11');
  expect((await looks()).at(-1)).toBe('11-11 1A MATCHED');
  put('structure', { ...structure!, name: 'École des Mésanges', UAI: '0449999Z' });
  await night('2022-11-12');
  expect((await looks()).at(-1)).toBe('11-12 1A TOLD SCHOOL TOLD');
  // Read by its own identifier, the school is compared in full all the same.
  bed.ent.graph.change(await userOf(1), { blocked: true });
  await night('2022-11-13');
  expect((await looks()).at(-1)).toBe('11-13 1A REPAIRED BLOCK REPAIRED 1, SCHOOL TOLD');
  put('structure', { ...structure!, name: 'Collège du Centre' });
  await night('2022-11-14');
  expect((await looks()).at(-1)).toBe('11-14 1A TOLD SCHOOL TOLD');
});
