import type { LocalDate } from '#libs/time';
import type { AccountState, OpenState, Profile } from './domain/account.js';
import type { Account, Step } from './domain/step.js';

/** A row of `account`, as far as this neighbourhood writes it; what the ENT has stands in the others. */
export type AccountRow = {
  account_id: string;
  person_id: string;
  profile: Profile;
  state: AccountState;
  since: LocalDate;
  sequence: bigint;
  uai: string;
  membership_id: string;
  item_code: string;
  entry_on: LocalDate;
  source_key: string;
  class_label: string;
  class_level: string;
  open_state: OpenState | null;
  activated: boolean;
  closing_ends_on: LocalDate | null;
  failure_code: string;
  next_uai: string | null;
  next_membership_id: string | null;
  next_item_code: string | null;
  next_class_label: string | null;
  next_class_level: string | null;
};

const typed: Record<keyof AccountRow, string> = {
  account_id: 'uuid',
  person_id: 'uuid',
  profile: 'text',
  state: 'text',
  since: 'date',
  sequence: 'bigint',
  uai: 'text',
  membership_id: 'text',
  item_code: 'text',
  entry_on: 'date',
  source_key: 'text',
  class_label: 'text',
  class_level: 'text',
  open_state: 'text',
  activated: 'boolean',
  closing_ends_on: 'date',
  failure_code: 'text',
  next_uai: 'text',
  next_membership_id: 'text',
  next_item_code: 'text',
  next_class_label: 'text',
  next_class_level: 'text',
};
const names = Object.keys(typed);
export const accountColumns = names.join(', ');
export const accountTypes = Object.entries(typed)
  .map((pair) => pair.join(' '))
  .join(', ');
const changing = names.filter((name) => !['account_id', 'person_id', 'profile'].includes(name));
export const changingColumns = changing.join(', ');
export const changedValues = changing.map((name) => `x.${name}`).join(', ');
export const selectAccount = `select ${accountColumns} from account`;

export function accountOf(row: AccountRow): Account {
  return {
    accountId: row.account_id,
    personId: row.person_id,
    profile: row.profile,
    state: row.state,
    openState: row.open_state,
    activated: row.activated,
    since: row.since,
    sequence: Number(row.sequence),
    place: {
      uai: row.uai,
      membershipId: row.membership_id,
      itemCode: row.item_code,
      entryOn: row.entry_on,
      sourceKey: row.source_key,
      classLabel: row.class_label,
      classLevel: row.class_level,
    },
    next:
      row.next_membership_id === null
        ? null
        : {
            uai: row.next_uai ?? '',
            membershipId: row.next_membership_id,
            itemCode: row.next_item_code ?? '',
            classLabel: row.next_class_label ?? '',
            classLevel: row.next_class_level ?? '',
          },
    closingEndsOn: row.closing_ends_on,
    failureCode: row.failure_code,
  };
}

export function rowOf(account: Account): Record<keyof AccountRow, unknown> {
  const { place, next } = account;
  return {
    account_id: account.accountId,
    person_id: account.personId,
    profile: account.profile,
    state: account.state,
    since: account.since,
    sequence: account.sequence,
    uai: place.uai,
    membership_id: place.membershipId,
    item_code: place.itemCode,
    entry_on: place.entryOn,
    source_key: place.sourceKey,
    class_label: place.classLabel,
    class_level: place.classLevel,
    open_state: account.openState,
    activated: account.activated,
    closing_ends_on: account.closingEndsOn,
    failure_code: account.failureCode,
    next_uai: next?.uai ?? null,
    next_membership_id: next?.membershipId ?? null,
    next_item_code: next?.itemCode ?? null,
    next_class_label: next?.classLabel ?? null,
    next_class_level: next?.classLevel ?? null,
  };
}

/** A row of `account_transition`. */
export function transitionRow(step: Step) {
  return {
    account_id: step.accountId,
    sequence: step.sequence,
    from_state: step.from,
    to_state: step.to,
    effective_on: step.effectiveOn,
    cause: step.cause,
    uai: step.uai,
    membership_id: step.membershipId,
    item_code: step.itemCode,
    failure_code: step.failureCode,
    decided_by: step.decidedBy,
    reason: step.reason,
  };
}
