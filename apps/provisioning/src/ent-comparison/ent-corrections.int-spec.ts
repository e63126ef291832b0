import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { uai } from '../../test/ent-comparison.test-support.js';
import { EntCorrections } from './ent-corrections.pg.js';

jest.setTimeout(180_000);
bedForEachTest();

type Looked = { accountId: string; entId: string | null; isRemoved: boolean };

it('PRV-5: what changed since it was looked at, or is being told to the ENT, is left to the next comparison', async () => {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(pupils(uai, 6), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.halt();
  const looked = await bed.rows<Looked>(
    'select account_id as "accountId", ent_id as "entId", ent_removed as "isRemoved" from account order by account_id',
  );
  const [same, renamed, removed, atWork, refused, waiting] = looked as [
    ...[Looked, Looked, Looked, Looked, Looked, Looked],
  ];
  await bed.rows("update account set ent_id = 'since' where account_id = $1", [renamed.accountId]);
  await bed.rows('update account set ent_removed = true where account_id = $1', [
    removed.accountId,
  ]);
  await bed.rows('update account set ent_id = null where account_id = $1', [waiting.accountId]);
  await bed.rows(
    `insert into ent_task (account_id, priority, attempts, refused_code)
     values ($1, 1, 1, ''), ($2, 1, 1, 'ENT_BLOCK_REFUSED'), ($3, 1, 0, '')`,
    [atWork.accountId, refused.accountId, waiting.accountId],
  );
  const unchanged = () =>
    bed.fresh.unitOfWork.run((tx) =>
      new EntCorrections().unchanged(
        tx,
        looked.map((each) => (each === waiting ? { ...each, entId: null } : each)),
      ),
    );
  const left = [same, refused, waiting].map(({ accountId }) => accountId);
  expect([...(await unchanged())].sort()).toEqual(left.sort());
  await bed.rows('update ent_task set attempts = 1');
  expect([...(await unchanged())].sort()).toEqual(
    [same, refused].map(({ accountId }) => accountId).sort(),
  );
});
