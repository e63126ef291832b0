import {
  AccountDaysToldSchema,
  AccountMovedSchema,
  AccountStateChangedSchema,
  BillingRhythmChosenSchema,
  ChorusProRecordedSchema,
  CommitmentMovedSchema,
  CommitmentRecordedSchema,
  ExclusionPronouncedSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  MembershipProlongedSchema,
  OrderSignedSchema,
  SchoolFinancedSchema,
  SchoolFinancingEndedSchema,
  WithdrawalNotifiedSchema,
  WithdrawalRevokedSchema,
  topics,
} from '#libs/contracts';
import type { Consumption, MadeOfFacts } from '#libs/messaging';

/** An account's facts say where it counts, so of memberships only their owner is needed (SUP-3). */
export const consumes: Consumption = {
  [topics.account.name]: {
    handles: [AccountStateChangedSchema, AccountMovedSchema, AccountDaysToldSchema],
  },
  [topics.membership.name]: {
    handles: [MembershipAcceptedSchema, MembershipActivatedSchema],
    passesOver: [
      BillingRhythmChosenSchema,
      ChorusProRecordedSchema,
      CommitmentMovedSchema,
      CommitmentRecordedSchema,
      OrderSignedSchema,
      SchoolFinancedSchema,
      SchoolFinancingEndedSchema,
      MembershipEndedSchema,
      MembershipProlongedSchema,
      WithdrawalNotifiedSchema,
      WithdrawalRevokedSchema,
      ExclusionPronouncedSchema,
    ],
  },
};

/** All that it holds; a certificate names facts as they were read once, so after another reading periods are certified anew. */
export const madeOfFacts: MadeOfFacts = [
  'account_interval',
  'usage_change',
  'account_fact',
  'cut_off_certificate',
  'certificate_change',
  'membership_copy',
  'days_told',
];
