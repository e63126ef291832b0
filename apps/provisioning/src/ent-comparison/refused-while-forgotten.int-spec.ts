import { jest } from '@jest/globals';
import { bed, bedForEachTest, countInBoth } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const people = [1, 2, 3, 4].map((number) => aPupil(number, { uai }));

test('PRV-4, PRV-5: what the ENT refuses of a user that a night has found to be gone meanwhile fails nobody: it is made anew', async () => {
  await bed.aMembership('m1', { ordered: 4, uais: [uai] });
  await bed.import(people, { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.halt();
  // Named anew, and at that moment somebody deletes the user in the ENT by hand.
  await bed.import([{ ...people[0]!, lastName: 'Nouveau', revision: 2 }], { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.plans().makePlans.execute();
  const [{ account_id: accountId, ent_id: entId } = { account_id: '', ent_id: '' }] =
    await bed.rows<{
      account_id: string;
      ent_id: string;
    }>('select account_id, ent_id from account where person_id = $1', [people[0]!.personId]);
  const [task] = await bed.work.take([accountId]);
  expect(task?.entId).toBe(entId);
  remove(bed.ent.graph, [entId]);
  // The night forgets it before the refusal is written down.
  await bed.becomes('PROVISIONING', `account_id = '${accountId}'`);
  await bed.rows('update account set ent_id = null, login = null where account_id = $1', [
    accountId,
  ]);
  await bed.work.record([
    {
      accountId,
      attempts: task!.attempts,
      servedAs: task!.entId,
      failureCode: 'ENT_NAMES_REFUSED',
    },
  ]);
  expect(await bed.stateOf(people[0]!.personId)).toEqual(['PROVISIONING']);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 4 }, 4]);
});
