import { jest } from '@jest/globals';
import type { Caller } from '#libs/identity';
import { aMarket, aPupil } from '../../test/people.test-support.js';
import { ProvisioningBed } from '../../test/provisioning-bed.test-support.js';
import { callerOf, type CallerOf } from '#libs/testing';
import { rawCodes } from '../../../../test/support/raw-codes.js';
import { AccountsOfPerson } from '../account-traces/accounts-of-person.js';

const uai = '0440001A';
const other = '0440002B';
const caller = (over: CallerOf) => callerOf({ roles: ['support-2'], ...over });
let bed: ProvisioningBed;
jest.setTimeout(90_000);

/** Two accounts of the first market before one of another, in the order of logins. */
beforeAll(async () => {
  bed = await ProvisioningBed.start();
  await bed.begin('2022-09-05');
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  await bed.fresh.unitOfWork.run(async (tx) => {
    await bed.memberships.recordMarket(tx, { ...aMarket(), code: 'autre' });
    await bed.memberships.activate(tx, {
      membershipId: 'm2',
      organisationId: 'org-m2',
      organisationName: 'Commune m2',
      marketCode: 'autre',
      startsOn: '2022-07-19',
      endsOn: '2026-07-19',
    });
    const financing = { uai: other, membershipId: 'm2', startsOn: '2022-07-19', endsOn: null };
    await bed.memberships.finance(tx, financing);
  });
  await bed.order('m2', 5, '2022-07-19');
  await bed.import(
    [1, 2, 3].map((number) => aPupil(number, { uai: number < 3 ? uai : other })),
    {
      on: '2022-09-05',
    },
  );
  await bed.settleAccounts();
  await bed.rows("update account set login = 'eleve.' || right(person_id::text, 1)");
});
afterAll(() => bed?.stop());

const found = async (limit: number, who: Caller) =>
  (await bed.look.byLogin('eleve', limit, who)).map(({ login }) => login);

test.each([
  [
    'another market’s support finds its own behind those of others',
    caller({ markets: ['autre'] }),
    ['eleve.3'],
  ],
  ['this market’s support', caller({}), ['eleve.1']],
  [
    'a head of the other school',
    caller({ roles: ['school'], uais: [other], markets: ['autre'] }),
    ['eleve.3'],
  ],
  ['a head without a school', caller({ roles: ['school'] }), []],
  ['a process, everywhere', caller({ roles: ['service'] }), ['eleve.1']],
])('SUP-1: the limit counts what the caller may see: %s', async (_title, who, logins) => {
  expect(await found(1, who)).toEqual(logins);
});

test('SUP-1: who is of one market sees, counts and asks of seats there alone', async () => {
  const here = caller({ roles: ['support-3'] });
  const elsewhere = caller({ roles: ['support-3'], markets: ['autre'] });
  expect([await found(9, here), await found(9, elsewhere)]).toEqual([
    ['eleve.1', 'eleve.2'],
    ['eleve.3'],
  ]);
  const counted = async (who: Caller) =>
    (await bed.look.counts('', who)).reduce((sum, { count }) => sum + count, 0);
  const all = await counted(caller({ roles: ['service'] }));
  expect([await counted(here), await counted(elsewhere), all]).toEqual([2, 1, 3]);
  await expect(bed.look.counts('autre', here)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(bed.look.requireMembership('m2', here)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  // A member of the other market too: its accounts are none of a member's.
  const grants = [...here.grants, { role: 'member-reader' as const, market: 'autre' }];
  expect(await found(9, { ...here, grants })).toEqual(['eleve.1', 'eleve.2']);
});

test('RGPD 15: a parent reads the accounts of a person in French', async () => {
  const [{ person_id: personId }] = (await bed.rows(
    `select person_id::text from account where login = 'eleve.1'`,
  )) as [{ person_id: string }];
  const { tables } = await new AccountsOfPerson(bed.fresh.database).of({
    ...{ personId, accountIds: [], askedBy: 'dpo-1', role: 'dpo', reason: 'DEMANDE_PERSONNE' },
  });
  const [accounts, history] = tables.map(({ rows }) => rows);
  expect(accounts!.map(([, ...said]) => said.slice(0, 2))).toEqual([['Élève', 'En création']]);
  expect(history!.map(([, , , to, cause]) => [to, cause])).toContainEqual([
    ...['Demandé', 'Import de l’annuaire'],
  ]);
  expect(rawCodes(tables)).toEqual([]);
});
