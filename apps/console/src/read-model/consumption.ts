import {
  AccountDaysToldSchema,
  AccountMovedSchema,
  AccountStateChangedSchema,
  BillingRhythmChosenSchema,
  ChorusProRecordedSchema,
  CommitmentMovedSchema,
  CommitmentRecordedSchema,
  DraftAnsweredSchema,
  DraftWithdrawnSchema,
  EventSkippedSchema,
  ExclusionPronouncedSchema,
  InvoiceDraftedSchema,
  InvoiceFinalisedSchema,
  InvoiceSettledSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  MembershipProlongedSchema,
  OrderSignedSchema,
  PersonChangedSchema,
  PersonErasedSchema,
  PricesApprovedSchema,
  SchoolFinancedSchema,
  SchoolFinancingEndedSchema,
  SeatLossForeseenSchema,
  SeatsAllottedSchema,
  SeatsToleratedSchema,
  StructureChangedSchema,
  StructureErasedSchema,
  SupplierAccountApprovedSchema,
  WithdrawalNotifiedSchema,
  WithdrawalRevokedSchema,
  topics,
} from '#libs/contracts';
import type { MadeOfFacts, StateTable } from '#libs/messaging';

/** What the console's copies are made of. The calendar is followed by every service. */
export const consumption = {
  [topics.structure.name]: { handles: [StructureChangedSchema, StructureErasedSchema] },
  [topics.person.name]: { handles: [PersonChangedSchema, PersonErasedSchema] },
  [topics.account.name]: {
    handles: [AccountStateChangedSchema, AccountMovedSchema],
    // Who meters closes a period by it.
    passesOver: [AccountDaysToldSchema],
  },
  [topics.seat.name]: {
    handles: [SeatsAllottedSchema, SeatLossForeseenSchema],
    // Seats as they are say it too.
    passesOver: [SeatsToleratedSchema],
  },
  [topics.invoice.name]: {
    handles: [
      InvoiceDraftedSchema,
      DraftAnsweredSchema,
      DraftWithdrawnSchema,
      InvoiceFinalisedSchema,
    ],
    // Its page asks billing.
    passesOver: [InvoiceSettledSchema],
  },
  [topics.billingMarket.name]: { handles: [PricesApprovedSchema, SupplierAccountApprovedSchema] },
  ...Object.fromEntries(
    [
      ...[topics.membershipSkip, topics.provisioningSkip, topics.meteringSkip],
      ...[topics.billingSkip, topics.consoleSkip],
    ].map(({ name }) => [name, { handles: [EventSkippedSchema] }]),
  ),
  [topics.membership.name]: {
    handles: [
      MembershipAcceptedSchema,
      MembershipActivatedSchema,
      MembershipEndedSchema,
      MembershipProlongedSchema,
      SchoolFinancedSchema,
      SchoolFinancingEndedSchema,
    ],
    // Figures and announced ends are asked from membership itself: a copy would be a second truth.
    passesOver: [
      BillingRhythmChosenSchema,
      ChorusProRecordedSchema,
      CommitmentMovedSchema,
      CommitmentRecordedSchema,
      OrderSignedSchema,
      WithdrawalNotifiedSchema,
      WithdrawalRevokedSchema,
      ExclusionPronouncedSchema,
    ],
  },
};

/** Not sessions, agents and looks, which are its own. */
export const madeOfFacts: MadeOfFacts = [
  'person_word',
  'enrolment',
  'person',
  'school',
  'account',
  'school_financed',
  'membership',
  'seat_loss',
  'seats',
  'invoice',
  'market_agreement',
];

/** Copies of states, which are compared with their owner's. */
export const states: readonly StateTable[] = [
  { topic: topics.person.name, table: 'person', key: 'person_id' },
  { topic: topics.structure.name, table: 'school', key: 'uai' },
];
