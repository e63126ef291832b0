import { AccountState, Profile, type Account, type AttributeSource } from '#libs/contracts';
import type { PersonFile } from '../read-model/read-model.module.js';
import type { FullAccount, FullPerson } from './domain/masking.js';

/** The console's copy as a whole person; logins where provisioning told them. */
export function fullPersonOf(file: PersonFile, logins: ReadonlyMap<string, string>): FullPerson {
  return {
    ...file,
    accounts: file.accounts.map((account) => ({
      ...account,
      login: logins.get(account.accountId) ?? '',
      wayIn: '',
      wayInGap: '',
      urgentBlock: '',
      waitingRank: 0,
    })),
  };
}

/**
 * An account as its owner states it; its school where it is one of those. Field by field: what the owner tells one day
 * beside these is masked from nobody yet (`domain/masking.ts`), so it is not taken before somebody has decided.
 */
export function fullAccountOf(account: Account, schools: ReadonlySet<string>): FullAccount {
  return {
    accountId: account.accountId,
    profile: Profile[account.profile],
    state: AccountState[account.state],
    since: account.since,
    uai: schools.has(account.uai) ? account.uai : '',
    login: account.login,
    failureCode: account.failureCode,
    wayIn: account.wayIn,
    wayInGap: account.wayInGap,
    urgentBlock: account.urgentBlock,
    waitingRank: account.waitingRank,
    ...(account.stateInWords === ''
      ? {}
      : { said: { inWords: account.stateInWords, nextStep: account.nextStep } }),
  };
}

/** Which source has given something, by title (DIR-5): a place, by profile and school, or an attribute of the person. */
export type AttributeSourceView = {
  readonly attribute: string;
  readonly profile: string;
  readonly uai: string;
  readonly sources: readonly string[];
};

export const sourceOf = ({
  attribute,
  profile,
  uai,
  sources,
}: AttributeSource): AttributeSourceView => ({
  ...{ attribute, profile, uai, sources: [...sources] },
});
