import { expect, test } from '@jest/globals';
import { create } from '@bufbuild/protobuf';
import { AccountSchema, AccountState, Profile } from '#libs/contracts';
import { accountSentences } from '#libs/trade';
import { maskPerson } from './domain/masking.js';
import { viewRightsOf } from './domain/rights.js';
import { fullAccountOf } from './support.mapping.js';

/** As provisioning answers level 1 and a head: the sentences by the cause, and no code (SUP-1). */
const answered = (failureCode: string) => {
  const { inWords, nextStep } = accountSentences({ state: 'FAILED', failureCode });
  const account = create(AccountSchema, {
    ...{ accountId: 'a-1', profile: Profile.STUDENT, state: AccountState.FAILED },
    ...{ stateInWords: inWords, nextStep, masked: ['failure_code', 'login'] },
  });
  return fullAccountOf(account, new Set());
};

test.each(['support-1', 'school'])(
  'SUP-1: %s, who is not told the code, reads the true cause and whom to pass it on to',
  (role) => {
    const shown = (code: string) =>
      maskPerson(
        {
          ...{ personId: 'p-1', lastName: 'Exemple', firstName: 'Zoé', birthDate: null },
          ...{
            enrolments: [],
            furtherSchools: [],
            isElsewhere: false,
            guardians: [],
            children: [],
          },
          accounts: [answered(code)],
        },
        viewRightsOf([{ role, market: 'm' }]),
      ).accounts[0]!;
    expect(shown('ENT_BIRTH_DATE_MISSING')).toMatchObject({
      ...{ stateInWords: expect.stringContaining('la date de naissance manque'), failureCode: '' },
      nextStep: expect.stringContaining('niveau 2'),
    });
    expect(shown('ENT_TIMEOUT_PERSISTS').stateInWords).toContain('n’a pas répondu');
  },
);
