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
  StructureChangedSchema,
  StructureErasedSchema,
  WithdrawalNotifiedSchema,
  WithdrawalRevokedSchema,
  topics,
} from '#libs/contracts';
import type { Consumption, StateTable } from '#libs/messaging';

/**
 * Every fact of a membership counts, if only for its version (BIL-5); of usage, what changes a certificate (MTR-3); of
 * schools, their names (BIL-6).
 */
export const consumes: Consumption = {
  [topics.usage.name]: { handles: [CertifiedUsageChangedSchema] },
  [topics.structure.name]: { handles: [StructureChangedSchema, StructureErasedSchema] },
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

/** Copies of states, which are compared with their owner's. */
export const states: readonly StateTable[] = [
  { topic: topics.structure.name, table: 'school', key: 'uai' },
];
