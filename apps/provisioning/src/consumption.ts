import {
  BillingRhythmChosenSchema,
  ChorusProRecordedSchema,
  CommitmentMovedSchema,
  CommitmentRecordedSchema,
  ExclusionPronouncedSchema,
  ImportCompletedSchema,
  MarketPublishedSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  MembershipProlongedSchema,
  OrderSignedSchema,
  PersonChangedSchema,
  PersonErasedSchema,
  SchoolFinancedSchema,
  SchoolFinancingEndedSchema,
  StructureChangedSchema,
  StructureErasedSchema,
  WithdrawalNotifiedSchema,
  WithdrawalRevokedSchema,
  topics,
} from '#libs/contracts';
import type { Consumption, StateTable } from '#libs/messaging';

export const consumes: Consumption = {
  [topics.calendar.name]: { handles: [MarketPublishedSchema] },
  [topics.membership.name]: {
    handles: [
      MembershipActivatedSchema,
      OrderSignedSchema,
      SchoolFinancedSchema,
      SchoolFinancingEndedSchema,
      MembershipEndedSchema,
      MembershipProlongedSchema,
    ],
    // Accounts close when the membership has ended, not when that is announced.
    passesOver: [
      MembershipAcceptedSchema,
      BillingRhythmChosenSchema,
      ChorusProRecordedSchema,
      CommitmentMovedSchema,
      CommitmentRecordedSchema,
      WithdrawalNotifiedSchema,
      WithdrawalRevokedSchema,
      ExclusionPronouncedSchema,
    ],
  },
  [topics.structure.name]: { handles: [StructureChangedSchema, StructureErasedSchema] },
  [topics.person.name]: { handles: [PersonChangedSchema, PersonErasedSchema] },
  [topics.directoryImport.name]: { handles: [ImportCompletedSchema] },
};

/**
 * Says on which days accounts were open. Where a restore alone of this service has lost it, the recovery keeps it in
 * `lost_account_fact`, and `accounts/restate-lost-days.ts` states it again.
 */
export const lostDaysOf = topics.account.name;

/** Copies of states, which are compared with their owner's. */
export const states: readonly StateTable[] = [
  { topic: topics.person.name, table: 'person', key: 'person_id' },
  { topic: topics.structure.name, table: 'school', key: 'uai' },
];
