import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { parts, uai } from '../../test/ent-comparison.test-support.js';
import { looks, night, seen, userOf } from '../../test/ent-nights.test-support.js';
import { createUserInClass } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

const list = () => parts().handMadeUsers.list(uai, 200);
async function madeByHand(person: Readonly<Record<string, string>> = {}) {
  const { classIds } = await userOf(1);
  return createUserInClass(bed.ent.graph, classIds[0]!, {
    ...{ firstName: 'Inès', lastName: 'Autre', birthDate: '2016-02-03', type: 'Student' },
    ...person,
  })!;
}

test('PRV-5: a user created by hand in a class of ours is listed, and left as it is', async () => {
  await seen(pupils(uai, 12));
  const made = await madeByHand();
  await night('2022-11-11');
  expect((await looks()).at(-1)).toBe('11-11 1A TOLD BY_HAND TOLD');
  const [row] = await bed.rows(
    "select differences->0->>'entId' as id from ent_look where day = '2022-11-11'",
  );
  expect([row, bed.ent.graph.users.get(made.id)]).toEqual([{ id: made.id }, made]);
});

test('PRV-5, SUP-4: a user created by hand is kept with name and class since its first night, until a night lacks it', async () => {
  await seen(pupils(uai, 12));
  const { classIds } = await userOf(1);
  const pupil = await madeByHand();
  await night('2022-11-11');
  const guest = await madeByHand({ type: 'Guest', firstName: 'Yanis' });
  // The second night finds another difference, and reads the school in full.
  bed.ent.graph.record({ put: 'user', value: { ...(await userOf(2)), blocked: true } });
  await night('2022-11-12');
  const classLabel = bed.ent.graph.classes.get(classIds[0]!)!.name;
  const [inClass, lastName] = [{ classId: classIds[0], classLabel }, 'Autre'];
  const [first, second] = [{ foundOn: '2022-11-11' }, { foundOn: '2022-11-12' }];
  expect(await list()).toEqual({
    found: 2,
    users: [
      {
        ...{ entId: pupil.id, profile: 'STUDENT', firstName: 'Inès', lastName },
        ...inClass,
        ...first,
      },
      {
        ...{ entId: guest.id, profile: 'GUEST', firstName: 'Yanis', lastName },
        ...inClass,
        ...second,
      },
    ],
  });
  bed.ent.graph.record({ remove: pupil.id });
  await night('2022-11-13');
  expect((await list()).users.map(({ entId }) => entId)).toEqual([guest.id]);
  bed.ent.graph.record({ remove: guest.id });
  await night('2022-11-14');
  expect(await bed.rows('select from ent_hand_made_user')).toEqual([]);
});

test('PRV-5, SUP-4: a night without an answer keeps the list; 31 days without a comparison erase it', async () => {
  await seen(pupils(uai, 12));
  await madeByHand();
  await night('2022-11-11');
  bed.ent.faults.set([{ mode: 'page-200' }]);
  await bed.begin('2022-12-11');
  expect((await list()).users).toHaveLength(1);
  await bed.begin('2022-12-12');
  expect(await bed.rows('select from ent_hand_made_user')).toEqual([]);
});

test('PRV-5: 100 users of a school are kept at most, with the figure of all', async () => {
  await seen(pupils(uai, 12));
  for (let at = 0; at < 102; at += 1) await madeByHand({ firstName: `Inès${at}` });
  await night('2022-11-11');
  const { users, found } = await list();
  expect([users.length, found]).toEqual([100, 102]);
});

test('PRV-5: a name that the database would refuse stops no comparison', async () => {
  await seen(pupils(uai, 12));
  const half = '\u{1F600}'.slice(0, 1);
  await madeByHand({ firstName: `In\u0000ès${half}`, lastName: 'a'.repeat(300) });
  await night('2022-11-11');
  const { users } = await list();
  expect(users).toMatchObject([{ firstName: 'In ès\uFFFD', lastName: 'a'.repeat(100) }]);
});
