import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { pdfWords } from '../../../../test/support/pdf-words.js';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import {
  accountOf,
  aClass,
  head,
  letters,
  printed,
  pupil,
  requests,
  uai,
  userOf,
} from '../../test/letters.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

test('AUT-1, SUP-1: support asks the head for a letter and sees no code; it is on the head’s page until it is printed or expires', async () => {
  await aClass();
  const [{ accountId }, other] = [await accountOf(51), await accountOf(52)];
  const agent = callerOf({ userId: 'agent', roles: ['support-1'] });
  const ask = (of: string, caller = agent, reason = 'LETTRE_PERDUE SUP-42') =>
    requests().execute({ accountId: of, reason, idempotencyKey: '', caller });
  // Two agents at once: one request.
  const both = await Promise.allSettled([ask(accountId), ask(accountId)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(ask(accountId)).rejects.toMatchObject({ code: 'LETTER_ALREADY_REQUESTED' });
  await ask(other.accountId);
  expect((await requests().ofSchool(uai, head)).map((each) => each.accountId).sort()).toEqual(
    [accountId, other.accountId].sort(),
  );
  const seen = JSON.stringify(await requests().ofAccount(accountId, agent));
  const user = await userOf(51);
  expect(seen).toContain('"status":"OPEN"');
  expect(seen).not.toMatch(new RegExp(`${user.login}|${user.activationCode}|Kerduval`));

  const { pdf } = await letters().ofAccount(accountId, head);
  expect(pdfWords(pdf)).toContain('À remettre par Prénom1');
  expect(await requests().ofAccount(accountId, agent)).toMatchObject([
    { status: 'PRINTED', printedOn: '2022-09-05' },
  ]);
  expect((await printed()).at(-1)!.details).toEqual({
    ...{ uai, kind: 'ACTIVATION_CODE', requested: true },
  });
  await ask(accountId);
  await bed.begin('2022-09-26');
  expect(await requests().ofSchool(uai, head)).toEqual([]);
  expect(await requests().ofAccount(accountId, agent)).toMatchObject([{ status: 'EXPIRED' }]);
  await ask(accountId);
  await bed.begin('2022-11-16');
  expect(await bed.rows('select * from letter_request')).toEqual([]);
});

test('AUT-1, SUP-3: no letter is asked for by another, for nobody, of a closed account, or for a reason in words', async () => {
  await aClass();
  const { accountId } = await accountOf(1);
  const ask = (of: string, caller: ReturnType<typeof callerOf>, reason = 'LETTRE_PERDUE') =>
    requests().execute({ accountId: of, reason, idempotencyKey: '', caller });
  const agent = callerOf({ roles: ['support-1'] });
  const elsewhere = callerOf({ roles: ['support-1'], markets: ['autre'] });
  for (const caller of [head, elsewhere, callerOf({ roles: ['coordinator'] })])
    await expect(ask(accountId, caller)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const nobody of ['0', '00000000-0000-4000-8000-000000000000', 'a\u0000'])
    await expect(ask(nobody, agent)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(ask(accountId, agent, 'Zoé a perdu sa lettre')).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await bed.import([pupil(1, { endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  await expect(ask(accountId, agent)).rejects.toMatchObject({ code: 'LETTER_NOT_POSSIBLE' });
  expect(await bed.rows('select * from letter_request')).toEqual([]);
  expect(await printed()).toEqual([]);
});
