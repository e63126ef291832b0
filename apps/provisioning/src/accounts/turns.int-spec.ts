import { setTimeout } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Transaction } from '#libs/persistence';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil, personEvent } from '../../test/people.test-support.js';

const uai = '0440001A';
const day = '2022-09-05';
jest.setTimeout(120_000);

bedForEachTest(day);

/** `meanwhile` runs after `work` was done and before it is committed, unless it has to wait for that. */
async function beside(
  work: (tx: Transaction) => Promise<unknown>,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  let other: Promise<unknown> = Promise.resolve();
  await bed.fresh.unitOfWork.run(async (tx) => {
    await work(tx);
    other = meanwhile();
    await Promise.race([other, setTimeout(500)]);
  });
  await other;
}

test('PRV-1: who arrives while the school is being financed has an account', async () => {
  await bed.aMembership('m', { ordered: 1, uais: [] });
  const pupil = aPupil(1, { uai });
  await beside(
    (tx) =>
      bed.memberships.finance(tx, { uai, membershipId: 'm', startsOn: '2022-09-01', endsOn: null }),
    async () => {
      await bed.import([pupil], { on: day });
      await bed.assessPeople.execute();
    },
  );
  await bed.settleAccounts();
  expect(await bed.stateOf(pupil.personId)).toEqual(['PROVISIONING']);
});

test('PRV-1: a mark that stands already is not taken away before the school is financed', async () => {
  await bed.aMembership('m', { ordered: 1, uais: [] });
  const pupil = aPupil(1, { uai });
  await bed.import([pupil], { on: day });
  await beside(
    (tx) =>
      bed.memberships.finance(tx, { uai, membershipId: 'm', startsOn: '2022-09-01', endsOn: null }),
    () => bed.assessPeople.execute(),
  );
  await bed.settleAccounts();
  expect(await bed.stateOf(pupil.personId)).toEqual(['PROVISIONING']);
});

test('PRV-2: seats ordered while the pool is looked at are given', async () => {
  await bed.aMembership('m', { ordered: 0, uais: [uai] });
  const pupil = aPupil(1, { uai });
  await bed.import([pupil], { on: day });
  // The pool is marked by who asks for a seat, and nobody has looked at it yet.
  await bed.assessPeople.execute();
  await beside(
    (tx) =>
      bed.memberships.addOrder(tx, {
        orderId: 'o',
        membershipId: 'm',
        lines: [{ itemCode: 'ELEVE', effectiveFrom: day, delta: 1 }],
      }),
    () => bed.allotSeats.execute(),
  );
  await bed.settleAccounts();
  expect(await bed.stateOf(pupil.personId)).toEqual(['PROVISIONING']);
});

test('PRV-1: a person whom an import moves while an earlier mark is taken is assessed again', async () => {
  const other = '0440002B';
  await bed.aMembership('m', { ordered: 1, uais: [other] });
  const pupil = aPupil(1, { uai });
  await bed.import([pupil], { on: day });
  await bed.complete('second', 1, day);
  await beside(
    (tx) =>
      bed.people.replace(tx, [personEvent({ ...pupil, uai: other, revision: 2 }, day, 'second')]),
    () => bed.assessPeople.execute(),
  );
  await bed.settleAccounts();
  expect(await bed.stateOf(pupil.personId)).toEqual(['PROVISIONING']);
});

test('PRV-4: a pupil and a relative whom the ENT makes at one moment are linked', async () => {
  await bed.aMembership('m', { ordered: 1, uais: [uai] });
  const pupil = aPupil(1, { uai });
  const relative = aPupil(2, { uai, profile: 'RELATIVE', childIds: [pupil.personId] });
  await bed.import([pupil, relative], { on: day });
  await bed.settleAccounts();
  const idOf = async (personId: string) =>
    (await bed.accounts.ofPeople(bed.fresh.database, [personId]))[0]!.accountId;
  const [pupilId, relativeId] = [await idOf(pupil.personId), await idOf(relative.personId)];
  await beside(
    async (tx) => {
      await tx.query('update account set ent_id = $2 where account_id = $1', [pupilId, 'ent-1']);
      await bed.accounts.linkFamilies(tx, [{ personId: pupil.personId, profile: 'STUDENT' }]);
    },
    () =>
      bed.work.record([{ accountId: relativeId, attempts: 0, entId: 'ent-2', isConfirmed: true }]),
  );
  expect(await bed.rows('select relative_account_id, student_account_id from ent_link')).toEqual([
    { relative_account_id: relativeId, student_account_id: pupilId },
  ]);
});

test('PRV-4: a guardian whose work is done while a child moves is asked to follow it', async () => {
  await bed.aMembership('m', { ordered: 1, uais: [uai] });
  const pupil = aPupil(1, { uai });
  const relative = aPupil(2, { uai, profile: 'RELATIVE', childIds: [pupil.personId] });
  await bed.import([pupil, relative], { on: day });
  bed.run();
  await bed.untilQuiet();
  await bed.halt();
  const [child, guardian] = await Promise.all(
    [pupil, relative].map(async ({ personId }) => {
      const [account] = await bed.accounts.ofPeople(bed.fresh.database, [personId]);
      return account!.accountId;
    }),
  );
  await bed.rows('insert into ent_task (account_id, priority, attempts) values ($1, 2, 1)', [
    guardian,
  ]);
  await beside(
    async (tx) => {
      await tx.query("update account set class_label = 'CM2' where account_id = $1", [child]);
      await bed.accounts.linkFamilies(tx, [{ personId: pupil.personId, profile: 'STUDENT' }]);
    },
    () => bed.work.record([{ accountId: guardian!, attempts: 1, isBlocked: false }]),
  );
  expect(await bed.rows('select account_id from ent_task')).toEqual([{ account_id: guardian }]);
});
