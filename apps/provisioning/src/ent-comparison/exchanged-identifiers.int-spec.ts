import { jest } from '@jest/globals';
import { registry } from '#libs/observability';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { uai } from '../../test/ent-comparison.test-support.js';
import { looks, night, seen, userOf } from '../../test/ent-nights.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

/** As somebody with access to the ENT's database does it. */
async function exchange(one: number, other: number): Promise<void> {
  const [a, b] = [await userOf(one), await userOf(other)];
  const [externalIdOfA, externalIdOfB] = [a.externalId, b.externalId];
  // One after the other, since the ENT has each identifier once.
  const moved = bed.ent.graph.change(a, { externalId: 'entre-deux' });
  bed.ent.graph.change(b, { externalId: externalIdOfA });
  bed.ent.graph.change(moved, { externalId: externalIdOfB });
}
const blocked = async (...numbers: number[]) =>
  Promise.all(numbers.map(async (number) => (await userOf(number)).blocked));
const alert = async () =>
  (await registry.getSingleMetric('ent_identifiers_exchanged')!.get()).values[0]?.value;

test('PRV-5: an exchange of two identifiers blocks both accounts, is listed and alerted, and ends with its correction', async () => {
  await seen(pupils(uai, 12));
  await exchange(1, 2);
  await night('2022-11-11');
  expect((await looks()).at(-1)).toBe('11-11 1A TOLD EXCHANGED TOLD 1, EXCHANGED TOLD 2');
  expect([await blocked(1, 2, 3), await alert()]).toEqual([[true, true, false], 2]);
  expect(await bed.states()).toEqual({ PROVISIONED: 12 });
  // As long as it lasts both stay blocked, also where somebody lets one in by hand.
  bed.ent.graph.change(await userOf(1), { blocked: false });
  await night('2022-11-12');
  expect([(await looks()).at(-1), await blocked(1, 2)]).toEqual([
    '11-12 1A REPAIRED BLOCK REPAIRED 1, EXCHANGED TOLD 1, EXCHANGED TOLD 2',
    [true, true],
  ]);
  await exchange(1, 2);
  await night('2022-11-13');
  expect([(await looks()).at(-1), await blocked(1, 2), await alert()]).toEqual([
    '11-13 1A MATCHED',
    [false, false],
    0,
  ]);
});

test('PRV-5: a user with an identifier of nobody is reported, and its account stays open', async () => {
  await seen(pupils(uai, 12));
  bed.ent.graph.change(await userOf(1), { externalId: 'une-autre-clé' });
  await night('2022-11-11');
  expect([(await looks()).at(-1), await blocked(1)]).toEqual([
    '11-11 1A TOLD IDENTIFIER TOLD 1',
    [false],
  ]);
});
