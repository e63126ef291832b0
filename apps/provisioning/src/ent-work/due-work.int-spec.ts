import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const [uai, other] = ['0440001A', '0440002B'];
const schoolsOf = async (accountIds: readonly string[]) => {
  const rows = await bed.rows<{ account_id: string; uai: string }>(
    'select account_id::text, uai from account',
  );
  const byId = new Map(rows.map((row) => [row.account_id, row.uai]));
  return accountIds.map((accountId) => byId.get(accountId));
};

test('PRV-4: schools take turns in the queue, whatever the order in which an import left them', async () => {
  await bed.aMembership('m1', { ordered: 90, uais: [uai, other] });
  await bed.import(pupils(uai, 30), { on: '2022-09-05' });
  await bed.settleAccounts();
  const others = Array.from({ length: 10 }, (_, at) => aPupil(101 + at, { uai: other }));
  await bed.import(others, { on: '2022-09-05' });
  await bed.settleAccounts();
  const given = await schoolsOf(await bed.work.due(20));
  for (let pair = 0; pair < 20; pair += 2)
    expect(given.slice(pair, pair + 2).sort()).toEqual([uai, other]);
});

test('PRV-4: the queue has 40 creations of a school at most, and any other work of it', async () => {
  await bed.aMembership('m1', { ordered: 90, uais: [uai] });
  await bed.import(pupils(uai, 60), { on: '2022-09-05' });
  await bed.settleAccounts();
  const given = await bed.work.due(1_000);
  expect(given).toHaveLength(40);
  expect(await bed.work.due(1_000)).toEqual([]);
  // The ENT has two of those that wait: what else is to be told of them keeps no creation waiting.
  await bed.rows(`update account set ent_id = account_id::text where account_id in (
    select account_id from ent_task where queued_at is null order by account_id limit 2)`);
  expect(await bed.work.due(1_000)).toHaveLength(2);
});
