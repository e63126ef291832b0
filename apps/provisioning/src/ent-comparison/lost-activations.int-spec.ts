import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { uai } from '../../test/ent-comparison.test-support.js';
import { idOf, looks, night, seen, userOf } from '../../test/ent-nights.test-support.js';
import { LetterPeople } from '../letters/letter-people.pg.js';
import { LetterRequests } from '../letters/letter-requests.pg.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
async function use(count: number): Promise<void> {
  for (const number of numbers(count)) {
    const { login, activationCode } = await userOf(number);
    activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  }
}
/** The ENT of before these logins. */
async function restore(count: number): Promise<void> {
  for (const number of numbers(count))
    bed.ent.graph.change(await userOf(number), { activationCode: `code${number}`, password: null });
}
const asked = async () => {
  const open = await new LetterRequests(bed.fresh.database).openIn(uai, 100);
  return open.map(({ personId, reason }) => [personId, reason]);
};
const neverIn = async () => {
  const classes = await new LetterPeople(bed.fresh.database).classes(uai);
  return classes.map((each) => [each.activated, each.neverIn]);
};

test('PRV-5, AUT-1: an activation that the ENT lost is found, the school is asked to print, and no day of use changes', async () => {
  await seen(pupils(uai, 30));
  await use(4);
  await night('2022-11-11');
  expect([await bed.states(), await neverIn()]).toEqual([
    { ACTIVATED: 4, PROVISIONED: 26 },
    [[4, 26]],
  ]);
  await restore(3);
  await night('2022-11-12');
  expect((await looks()).at(-1)).toBe(
    '11-12 1A REPAIRED ACTIVATION REPAIRED 1, ACTIVATION REPAIRED 2, ACTIVATION REPAIRED 3',
  );
  // Open all along (PRV-3): the accounts were used, and the invoice counts them as before.
  expect([await bed.states(), await neverIn(), (await asked()).sort()]).toEqual([
    { ACTIVATED: 4, PROVISIONED: 26 },
    [[1, 29]],
    numbers(3)
      .map((number) => [idOf(number), 'CODE_DE_NOUVEAU_VALABLE'])
      .sort(),
  ]);
  await night('2022-11-13');
  expect((await looks()).at(-1)).toBe('11-13 1A MATCHED');
  await use(3);
  await night('2022-11-14');
  expect([(await looks()).at(-1), await neverIn()]).toEqual(['11-14 1A MATCHED', [[4, 26]]]);
  // A second restore is found as well.
  await restore(1);
  await night('2022-11-15');
  expect((await looks()).at(-1)).toBe('11-15 1A REPAIRED ACTIVATION REPAIRED 1');
});

test('PRV-8: lost activations beyond the season wait for a person', async () => {
  await seen(pupils(uai, 30));
  await use(20);
  await night('2022-11-11');
  await restore(20);
  await night('2022-11-12');
  expect([(await looks()).at(-1)?.split(' ')[2], await neverIn()]).toEqual(['HELD', [[20, 10]]]);
});
