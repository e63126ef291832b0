import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { type AClass, aPupil, type APerson } from '../../test/people.test-support.js';
import { everythingWaits } from '../../test/ent-parts.test-support.js';
import type { EntOutcome, EntTask } from './ent-task.js';

/**
 * Goal: a child that moves while its guardian is being linked to it has the guardian with it in the end, in the ENT and in
 * the books. Method: the steps of both, one by one, in each order that matters: what the ENT does to the child is written
 * down before or after the guardian's, or is lost with its process; then the child moves on, or back.
 */
jest.setTimeout(180_000);
bedForEachTest();

const day = '2022-09-05';
const [one, other] = ['0440001A', '0440002B'];
const [start, between, end] = [
  { uai: one, classLabel: 'CP' },
  { uai: other, classLabel: 'CE1' },
  { uai: one, classLabel: 'CM2' },
];
const written = ['before', 'after', 'never'] as const;
type Family = {
  readonly number: number;
  readonly written: (typeof written)[number];
  readonly last: AClass & { uai: string };
};
const families = [end, start].flatMap((last, turn) =>
  written.map((each, at): Family => ({ number: turn * 3 + at + 1, written: each, last })),
);

const child = ({ number }: Family, place: AClass & { uai: string }, revision: number): APerson =>
  aPupil(number, { ...place, revision });
const guardian = (family: Family, revision: number): APerson => ({
  ...aPupil(family.number + 100, { uai: one, firstName: `Garde${family.number}` }),
  ...{ profile: 'RELATIVE', classLabel: '', birthDate: '', revision },
  childIds: revision > 1 ? [child(family, start, 1).personId] : [],
});
const state = (people: readonly APerson[]) => bed.import(people, { on: day });

const taken = async ({ personId }: APerson): Promise<EntTask> => {
  const [account] = await bed.accounts.ofPeople(bed.fresh.database, [personId]);
  return (await bed.work.take([account!.accountId]))[0]!;
};
async function tell(task: EntTask): Promise<EntOutcome> {
  const outcome = { accountId: task.accountId, attempts: task.attempts };
  await bed.engine().match.execute(task, outcome);
  return outcome;
}

/** Schools and classes of a user in the ENT, by the names of both. */
const placesOf = (firstName: string) => {
  const { structures, classes, users } = bed.ent.graph;
  const user = [...users.values()].find((each) => each.firstName === firstName);
  return [
    ...(user?.structureIds ?? []).map((id) => structures.get(id)?.UAI ?? ''),
    ...(user?.classIds ?? []).map((id) => classes.get(id)?.externalId ?? ''),
  ].sort();
};

test.each([false, true])(
  'PRV-4: a guardian is with a child that moved while it was linked, wherever it went on to (moves wait for a plan: %s)',
  async (isHeld) => {
    if (isHeld) bed.thresholds = everythingWaits;
    await bed.aMembership('m1', { ordered: 20, uais: [one, other] });
    await state(families.flatMap((each) => [child(each, start, 1), guardian(each, 1)]));
    bed.run();
    await bed.untilQuiet();
    await bed.halt();
    await state(families.map((each) => guardian(each, 2)));
    await bed.settleAccounts();
    const links = await Promise.all(families.map((each) => taken(guardian(each, 2))));
    expect(links.map(({ unlinkedChildren }) => unlinkedChildren.length)).toEqual(
      families.map(() => 1),
    );
    await state(families.map((each) => child(each, between, 2)));
    await bed.settleAccounts();
    await bed.plans().makePlans.execute();
    expect(await bed.approveHeld()).toBe(isHeld);
    for (const [at, each] of families.entries()) {
      const moved = await tell(await taken(child(each, between, 2)));
      if (each.written === 'before') await bed.work.record([moved]);
      await bed.work.record([await tell(links[at]!)]);
      if (each.written === 'after') await bed.work.record([moved]);
      expect(placesOf(`Garde${each.number}`)).toContain(`${other}$CE1`);
    }
    await state(families.map((each) => child(each, each.last, 3)));
    await bed.settleAccounts();
    bed.run();
    do await bed.untilQuiet();
    while (await bed.approveHeld());
    const where = (...classes: string[]) => [one, ...classes.map((name) => `${one}$${name}`)];
    expect(
      families.map((each) => [placesOf(`Prenom${each.number}`), placesOf(`Garde${each.number}`)]),
    ).toEqual(
      families.map(({ last: { classLabel = '' } }) => [
        where(classLabel),
        where(classLabel, 'Familles'),
      ]),
    );
    const users = [...bed.ent.graph.users.values()];
    expect(users.filter(({ relativeIds }) => relativeIds.length === 1)).toHaveLength(6);
    expect(await bed.rows('select count(*)::int as places from ent_place')).toEqual([
      { places: users.reduce((sum, { classIds }) => sum + classIds.length, 0) },
    ]);
  },
);
