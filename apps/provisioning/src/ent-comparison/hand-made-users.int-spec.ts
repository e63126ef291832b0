import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { uai } from '../../test/ent-comparison.test-support.js';
import { looks, night, seen, userOf } from '../../test/ent-nights.test-support.js';
import { createUserInClass } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

test('PRV-5: a user created by hand in a class of ours is listed, and left as it is', async () => {
  await seen(pupils(uai, 12));
  const { classIds } = await userOf(1);
  const person = { firstName: 'Inès', lastName: 'Autre', birthDate: '2016-02-03', type: 'Student' };
  const made = createUserInClass(bed.ent.graph, classIds[0]!, person)!;
  await night('2022-11-11');
  expect((await looks()).at(-1)).toBe('11-11 1A TOLD BY_HAND TOLD');
  const [row] = await bed.rows(
    "select differences->0->>'entId' as id from ent_look where day = '2022-11-11'",
  );
  expect([row, bed.ent.graph.users.get(made.id)]).toEqual([{ id: made.id }, made]);
});
