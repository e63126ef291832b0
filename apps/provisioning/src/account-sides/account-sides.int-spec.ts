import { jest } from '@jest/globals';
import { Commands } from '#libs/commands';
import { PgBusinessDate } from '#libs/messaging';
import { callerOf } from '#libs/testing';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';
import { uai } from '../../test/ent-comparison.test-support.js';
import {
  preDelete,
  remove,
  restore as restoreThere,
} from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { EntCorrections } from '../ent-comparison/ent-comparison.module.js';
import { AccountBooks } from './account-books.pg.js';
import { CompareAccount } from './compare-account.js';
import { RestoreAccount } from './restore-account.js';

jest.setTimeout(180_000);
bedForEachTest();

const level2 = callerOf({ roles: ['support-2'], userId: 'agent' });

function parts() {
  const { database, unitOfWork } = bed.fresh;
  const commands = new Commands(unitOfWork, new PgBusinessDate(database));
  const { gateway } = bed.engine();
  const books = new AccountBooks(database);
  const compare = new CompareAccount(commands, books, gateway);
  const restore = new RestoreAccount(
    ...([
      commands,
      unitOfWork,
      compare,
      books,
      bed.accounts,
      new EntCorrections(),
      gateway,
    ] as const),
  );
  return { compare, restore };
}
const compare = async (number: number, caller = level2) =>
  parts().compare.execute(await accountOf(number), caller);
const restore = async (number: number, idempotencyKey = `restore ${number}`) =>
  parts().restore.execute({
    ...{ accountId: await accountOf(number), reason: 'ERREUR SUP-42', idempotencyKey },
    caller: level2,
  });

const idOf = (number: number) => aPupil(number, { uai }).personId;
async function accountOf(number: number): Promise<string> {
  const [row] = await bed.rows<{ account_id: string }>(
    'select account_id from account where person_id = $1',
    [idOf(number)],
  );
  return row!.account_id;
}
async function userOf(number: number) {
  const [row] = await bed.rows<{ ent_id: string }>(
    'select ent_id from account where person_id = $1',
    [idOf(number)],
  );
  return bed.ent.graph.users.get(row?.ent_id ?? '')!;
}
const relative = (childIds: string[]): APerson =>
  aPupil(90, { uai, profile: 'RELATIVE', birthDate: '', classLabel: '', childIds });
const journal = async () =>
  (
    await bed.rows<{ line: string }>(
      `select action || ' ' || actor || ' ' || coalesce(details->>'reason', details->>'ent', '') || coalesce(' ' || (details->>'why'), '') as line
       from platform.audit_entry where action like 'account.%' order by id`,
    )
  ).map(({ line }) => line);

/** Three pupils and a guardian of the first, all in the ENT, where the first two and the guardian have been in. */
async function settled(): Promise<void> {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import([...pupils(uai, 3), relative([idOf(1)])], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  for (const number of [1, 2, 90]) {
    const { login, activationCode } = await userOf(number);
    activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  }
  // The night reads who has been in.
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
}

test('PRV-5: the three sides of an account, asked now; who asked is journalled, and who is not level 2 is told no value', async () => {
  await settled();
  const { differences, ent, workInWords } = await compare(3);
  expect([differences, ent, workInWords]).toEqual([[], 'PRESENT', '']);
  const user = await userOf(3);
  bed.ent.graph.change(user, { lastName: 'AUTREMENT', blocked: true });
  const found = await compare(3);
  expect(found.lines.filter(({ differs }) => differs).map(({ about }) => about)).toEqual([
    'NAME',
    'BLOCK',
  ]);
  expect(found).toMatchObject({ isMasked: false, mayRestore: false, failureCode: '' });
  const operator = callerOf({ roles: ['player'], userId: 'operator' });
  expect((await compare(3, operator)).isMasked).toBe(true);
  expect(await journal()).toEqual([
    ...['account.compared agent PRESENT', 'account.compared agent PRESENT'],
    'account.compared operator PRESENT',
  ]);
  const elsewhere = callerOf({ roles: ['support-2'], markets: ['another-market'] });
  await expect(compare(3, elsewhere)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(parts().compare.execute('no-uuid', level2)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('PRV-5: an ENT that answers with a page says nothing, and is no difference', async () => {
  await settled();
  for (const mode of ['page-200', 'error-503'] as const) {
    bed.ent.faults.set([{ mode, calls: 'GET /directory/user' }]);
    expect(await compare(3)).toMatchObject({ ent: 'UNKNOWN', differences: [] });
  }
});

test('PRV-3: who was deleted there by hand is back with login and content, in class and family, and by one decision', async () => {
  await settled();
  const before = await userOf(1);
  const parent = await userOf(90);
  preDelete(bed.ent.graph, before, Date.now());
  // Its class has gone from what the ENT keeps.
  const kept = (await userOf(1)).backup!;
  bed.ent.graph.change(await userOf(1), { backup: { ...kept, classIds: [] } });
  expect(await compare(1)).toMatchObject({ ent: 'PRE_DELETED', mayRestore: true });
  await Promise.all([restore(1), restore(1)]);
  await bed.untilQuiet();
  const after = await userOf(1);
  expect(after).toMatchObject({
    id: before.id,
    login: before.login,
    deleteDate: null,
    blocked: false,
  });
  expect([after.relativeIds, after.classIds]).toEqual([[parent.id], before.classIds]);
  expect(await compare(1)).toMatchObject({ ent: 'PRESENT', differences: [] });
  expect(await compare(90)).toMatchObject({ differences: [] });
  expect((await journal()).filter((line) => line.startsWith('account.restored'))).toEqual([
    'account.restored agent ERREUR SUP-42',
  ]);
  // The same key again is the first answer; another finds nothing to restore.
  await restore(1);
  await expect(restore(1, 'another')).rejects.toMatchObject({
    code: 'ENT_RESTORE_NOT_FIT',
    details: { why: 'PRESENT' },
  });
});

test('PRV-3: a guardian who is restored is linked with its children again', async () => {
  await settled();
  const guardian = await userOf(90);
  preDelete(bed.ent.graph, await userOf(90), Date.now());
  await restore(90);
  await bed.untilQuiet();
  expect((await userOf(1)).relativeIds).toEqual([guardian.id]);
  expect(await compare(90)).toMatchObject({ ent: 'PRESENT', differences: [] });
});

test.each([1, 90])(
  'PRV-5: restored in the ENT by hand, account %s lacks its family link: shown, and linked again by the night',
  async (number) => {
    await settled();
    const guardian = await userOf(90);
    const user = await userOf(number);
    preDelete(bed.ent.graph, user, Date.now());
    restoreThere(bed.ent.graph, [user.id]);
    const { differences, lines } = await compare(number);
    expect(differences).toEqual([expect.stringContaining('liens de famille')]);
    expect(lines.find(({ about }) => about === 'FAMILY')).toMatchObject({
      directory: number === 1 ? '1 responsable' : '1 enfant',
      ent: number === 1 ? '0 responsable' : '0 enfant',
    });
    await bed.begin('2022-09-07');
    await bed.untilQuiet();
    expect((await userOf(1)).relativeIds).toEqual([guardian.id]);
    expect(await compare(number)).toMatchObject({ differences: [] });
  },
);

test('PRV-3: whoever must stay blocked is blocked before anybody else may enter, and nothing is restored that the books deleted', async () => {
  await settled();
  await bed.decide.execute({
    ...{ accountId: await accountOf(1), decision: 'SUSPEND', reason: 'SECURITE' },
    ...{ idempotencyKey: 'k', caller: level2 },
  });
  await bed.untilQuiet();
  preDelete(bed.ent.graph, await userOf(1), Date.now());
  bed.ent.graph.change(await userOf(1), { blocked: false });
  await restore(1);
  expect((await userOf(1)).blocked).toBe(true);
  // Out of scope and gone by the books: the directory alone brings it back.
  await bed.import([aPupil(2, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.begin('2022-11-10');
  await bed.untilQuiet();
  expect(await compare(2)).toMatchObject({ ent: 'PRE_DELETED', mayRestore: false });
  await expect(restore(2)).rejects.toMatchObject({ details: { why: 'DELETED' } });
  remove(bed.ent.graph, [(await userOf(3)).id]);
  await expect(restore(3)).rejects.toMatchObject({ details: { why: 'ABSENT' } });
});

test('PRV-4: an ENT that does not answer leaves a decision that may be said again, and the journal knows of it', async () => {
  await settled();
  preDelete(bed.ent.graph, await userOf(1), Date.now());
  // Whatever comes for an answer, nothing is believed to be done; a date asks the connector to wait, not this decision to fail.
  const retryAfter = new Date(Date.now() + 60_000).toUTCString();
  const none = [
    { mode: 'page-200' },
    { mode: 'empty-201' },
    { mode: 'cut-json' },
    { mode: 'redirect-302' },
    { mode: 'right-401' },
    { mode: 'throttled-429', retryAfter },
    { mode: 'error-503' },
    { mode: 'disconnect' },
  ] as const;
  for (const fault of none) {
    bed.ent.faults.set([{ ...fault, calls: 'PUT /directory/restore' }]);
    expect(
      await restore(1).then(
        () => 'done',
        ({ code }: { code: string }) => `${fault.mode} ${code}`,
      ),
    ).toBe(`${fault.mode} ENT_NOT_RESTORED`);
    expect((await userOf(1)).deleteDate).not.toBeNull();
  }
  // A refusal says so, and nothing is done either.
  bed.ent.faults.set([{ mode: 'error-200', calls: 'PUT /directory/restore' }]);
  await expect(restore(1)).rejects.toMatchObject({ details: { why: 'REFUSED' } });
  // Done, and never answered; or done, and where the user is now is not said.
  bed.ent.faults.set([{ mode: 'page-200', calls: 'GET /directory/user/' }]);
  await expect(restore(1)).rejects.toMatchObject({ code: 'ENT_NOT_RESTORED' });
  bed.ent.faults.set([]);
  await restore(1);
  await bed.untilQuiet();
  expect(await compare(1)).toMatchObject({ ent: 'PRESENT', differences: [] });
  expect((await journal()).filter((line) => line.startsWith('account.restored'))).toHaveLength(1);
});
