import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { type APerson, aPupil, personEvent } from '../../test/people.test-support.js';

const uai = '0440001A';
const day = '2022-09-05';
const [mergedOn, undoneOn] = ['2022-09-12', '2022-09-20'];
jest.setTimeout(120_000);

bedForEachTest(day);

const survivor = aPupil(1, { uai });
const absorbed = aPupil(2, { uai });

/** What the directory tells of somebody outside of an import, as when two are merged or parted (DIR-2). */
async function tell(on: string, ...people: readonly APerson[]): Promise<void> {
  await bed.begin(on);
  await bed.fresh.unitOfWork.run((tx) =>
    bed.people.replace(
      tx,
      people.map((person) => personEvent(person, on)),
    ),
  );
  await bed.settleAccounts();
  await bed.untilQuiet();
}
const merge = () =>
  tell(mergedOn, { ...survivor, revision: 2 }, { ...absorbed, revision: 2, endsOn: mergedOn });
const part = () => tell(undoneOn, { ...survivor, revision: 3 }, { ...absorbed, revision: 3 });

const accountsOf = ({ personId }: APerson) =>
  bed.rows(
    'select account_id, ent_id, state, membership_id, uai from account where person_id = $1',
    [personId],
  );

async function openBoth(ordered: number): Promise<void> {
  await bed.aMembership('m', { ordered, uais: [uai] });
  await bed.import([survivor, absorbed], { on: day });
  bed.run();
  await bed.untilQuiet();
}

test('PRV-3: the account of who is merged closes, and is open again as it was once the merge is undone', async () => {
  await openBoth(2);
  const before = [await accountsOf(survivor), await accountsOf(absorbed)];
  await merge();
  expect([await bed.stateOf(survivor.personId), await bed.stateOf(absorbed.personId)]).toEqual([
    ['PROVISIONED'],
    ['CLOSING'],
  ]);
  await part();
  expect([await accountsOf(survivor), await accountsOf(absorbed)]).toEqual(before);
  // What metering is told: each change on its own day, the survivor's account untouched.
  const days = (lines: readonly string[]) =>
    lines.map((line) => line.split(' ').slice(0, 2).join(' '));
  expect(days(await bed.historyOf(absorbed.personId)).slice(-3)).toEqual([
    `PROVISIONED ${day}`,
    `CLOSING ${mergedOn}`,
    `PROVISIONED ${undoneOn}`,
  ]);
  expect(days(await bed.historyOf(survivor.personId)).at(-1)).toBe(`PROVISIONED ${day}`);
});

test('PRV-2: where another pupil has the seat meanwhile, who is parted waits for one, with the same account', async () => {
  await openBoth(2);
  const [{ account_id: accountId }] = (await accountsOf(absorbed)) as [{ account_id: string }];
  const waiting = aPupil(3, { uai });
  await bed.import([waiting], { on: day });
  await bed.untilQuiet();
  expect(await bed.stateOf(waiting.personId)).toEqual(['WAITING_SEAT']);
  await merge();
  expect(await bed.stateOf(waiting.personId)).toEqual(['PROVISIONED']);
  await part();
  expect(await accountsOf(absorbed)).toMatchObject([
    { account_id: accountId, state: 'WAITING_SEAT' },
  ]);
  expect(await bed.stateOf(survivor.personId)).toEqual(['PROVISIONED']);
});
