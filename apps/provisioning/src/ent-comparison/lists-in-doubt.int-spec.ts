import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { uai } from '../../test/ent-comparison.test-support.js';
import { looks, night, seen, userOf } from '../../test/ent-nights.test-support.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';
import type { EntGateway, EntMember } from '../ent/ent.module.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

/** 30 pupils with a guardian each. */
const families = pupils(uai, 30).flatMap((pupil, index): APerson[] => [
  pupil,
  {
    ...aPupil(100 + index, { uai }),
    ...{ profile: 'RELATIVE', classLabel: '', birthDate: '' },
    childIds: [pupil.personId],
  },
]);
async function used(...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    const { login, activationCode } = await userOf(number);
    activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  }
}
/** The night of that day, from lists that say this instead. */
async function nightWith(
  day: string,
  changed: (members: readonly EntMember[]) => EntMember[],
): Promise<void> {
  await bed.halt();
  await bed.begin(day);
  const { gateway } = bed.engine();
  const listed = gateway.listedMembersOf.bind(gateway);
  const all = gateway.membersOf.bind(gateway);
  const wrong: Partial<EntGateway> = {
    listedMembersOf: async (id) => changed(await listed(id)),
    membersOf: async (id) => changed(await all(id)),
  };
  const { reconcile } = bed.comparison(Object.assign(gateway, wrong));
  while (await reconcile.execute());
  bed.run();
  await bed.untilQuiet();
}
/** Each identifier stands beside the attributes of the next user of the list. */
const neighbours = (members: readonly EntMember[]) =>
  members.map(({ entId, externalId }, index) => ({
    ...members[(index + 1) % members.length]!,
    entId,
    externalId,
  }));
const links = () =>
  bed.rows('select * from ent_link order by relative_account_id, student_account_id');

test('PRV-5: a list with the identifiers of neighbours teaches nothing: no first use, no link, no place', async () => {
  await seen(families);
  await used(1, 2, 3, 4, 5);
  const before = await links();
  await nightWith('2022-11-11', neighbours);
  expect([
    (await looks()).at(-1)?.split(' ').slice(0, 3),
    await bed.states(),
    await links(),
  ]).toEqual([['11-11', '1A', 'HELD'], { PROVISIONED: 60 }, before]);
  // The night after reads a list that is right.
  await night('2022-11-12');
  expect([(await looks()).at(-1), await bed.states()]).toEqual([
    '11-12 1A MATCHED',
    { ACTIVATED: 5, PROVISIONED: 55 },
  ]);
});

test('PRV-5: many first uses are believed where the users themselves bear them out, and else the list is discarded', async () => {
  await seen(families);
  await nightWith('2022-11-11', (members) =>
    members.map((member) => ({ ...member, isActivated: true })),
  );
  // Discarded, and read again at once from lists that are right.
  expect([(await looks()).at(-1), await bed.states()]).toEqual([
    '11-11 1A MATCHED',
    { PROVISIONED: 60 },
  ]);
  await used(...pupils(uai, 25).map((_, index) => index + 1));
  await night('2022-11-12');
  expect([(await looks()).at(-1), await bed.states()]).toEqual([
    '11-12 1A MATCHED',
    { ACTIVATED: 25, PROVISIONED: 35 },
  ]);
});
