import {
  CertifiedUsageChangedSchema,
  BillingRhythmChosenSchema,
  ChorusProRecordedSchema,
  CommitmentMovedSchema,
  CommitmentRecordedSchema,
  ExclusionPronouncedSchema,
  MarketPublishedSchema,
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
import type { Consumption } from '#libs/messaging';

/** Every fact of a membership counts, if only for its version (BIL-5); of usage, what changes a certificate (MTR-3). */
export const consumes: Consumption = {
  [topics.usage.name]: { handles: [CertifiedUsageChangedSchema] },
  [topics.calendar.name]: { handles: [MarketPublishedSchema] },
  [topics.membership.name]: {
    handles: [
      MembershipAcceptedSchema,
      BillingRhythmChosenSchema,
      ChorusProRecordedSchema,
      CommitmentMovedSchema,
      CommitmentRecordedSchema,
      MembershipActivatedSchema,
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
