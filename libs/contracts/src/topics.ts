import type { DescMessage } from '@bufbuild/protobuf';
import {
  DraftAnsweredSchema,
  DraftWithdrawnSchema,
  InvoiceDraftedSchema,
  InvoiceFinalisedSchema,
  InvoiceSettledSchema,
  PricesApprovedSchema,
  SupplierAccountApprovedSchema,
} from './generated/ent/billing/v1/events_pb.js';
import {
  ImportCompletedSchema,
  PersonChangedSchema,
  PersonErasedSchema,
  StructureChangedSchema,
  StructureErasedSchema,
} from './generated/ent/directory/v1/events_pb.js';
import {
  BusinessDayStartedSchema,
  BillingRhythmChosenSchema,
  ChorusProRecordedSchema,
  CommitmentMovedSchema,
  CommitmentRecordedSchema,
  ExclusionPronouncedSchema,
  MarketAmendedSchema,
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
} from './generated/ent/membership/v1/events_pb.js';
import { CertifiedUsageChangedSchema } from './generated/ent/metering/v1/events_pb.js';
import { EventSkippedSchema } from './generated/ent/operations/v1/events_pb.js';
import {
  AccountDaysToldSchema,
  AccountMovedSchema,
  AccountStateChangedSchema,
  SeatLossForeseenSchema,
  SeatsAllottedSchema,
  SeatsToleratedSchema,
} from './generated/ent/provisioning/v1/events_pb.js';

/**
 * A Kafka topic: who owns it, how many partitions (never raised in place: it would break the order
 * per key), which events it carries, and whether it keeps every fact or the latest state per key.
 */
export type Topic = {
  readonly name: string;
  readonly owner: ServiceName;
  readonly partitions: number;
  /** `FACTS`: everything is kept for ever. `STATE`: compacted, the value is the full state of its key. */
  readonly keeps: 'FACTS' | 'STATE';
  /** Carries personal data (SUP-4): a parked event keeps position, key and cause only. */
  readonly personal: boolean;
  readonly events: readonly DescMessage[];
};

export const serviceNames = [
  'membership',
  'directory',
  'provisioning',
  'metering',
  'billing',
  'console',
] as const;
export type ServiceName = (typeof serviceNames)[number];

const facts = (owner: ServiceName, name: string, partitions: number, events: DescMessage[]) =>
  ({ name, owner, partitions, keeps: 'FACTS', personal: false, events }) as const;

/** One database produces a topic: hence one of them for each service that applies facts of memberships. */
const skips = (owner: ServiceName) => facts(owner, `${owner}.skip.v1`, 1, [EventSkippedSchema]);

/** The one list of topics; `proto/README.md` is its readable form. */
export const topics = {
  calendar: facts('membership', 'membership.calendar.v1', 1, [
    BusinessDayStartedSchema,
    MarketPublishedSchema,
    MarketAmendedSchema,
  ]),
  membership: facts('membership', 'membership.events.v1', 6, [
    MembershipAcceptedSchema,
    CommitmentMovedSchema,
    CommitmentRecordedSchema,
    MembershipActivatedSchema,
    OrderSignedSchema,
    SchoolFinancedSchema,
    SchoolFinancingEndedSchema,
    MembershipEndedSchema,
    MembershipProlongedSchema,
    BillingRhythmChosenSchema,
    ChorusProRecordedSchema,
    WithdrawalNotifiedSchema,
    WithdrawalRevokedSchema,
    ExclusionPronouncedSchema,
  ]),
  structure: {
    name: 'directory.structure.v1',
    owner: 'directory',
    partitions: 3,
    keeps: 'STATE',
    personal: false,
    events: [StructureChangedSchema, StructureErasedSchema],
  },
  person: {
    name: 'directory.person.v1',
    owner: 'directory',
    partitions: 6,
    keeps: 'STATE',
    personal: true,
    events: [PersonChangedSchema, PersonErasedSchema],
  },
  directoryImport: facts('directory', 'directory.import.v1', 1, [ImportCompletedSchema]),
  account: facts('provisioning', 'provisioning.account.v1', 6, [
    AccountStateChangedSchema,
    AccountMovedSchema,
    AccountDaysToldSchema,
  ]),
  seat: facts('provisioning', 'provisioning.seat.v1', 3, [
    SeatsAllottedSchema,
    SeatsToleratedSchema,
    SeatLossForeseenSchema,
  ]),
  usage: facts('metering', 'metering.usage.v1', 3, [CertifiedUsageChangedSchema]),
  invoice: facts('billing', 'billing.invoice.v1', 3, [
    InvoiceDraftedSchema,
    DraftAnsweredSchema,
    DraftWithdrawnSchema,
    InvoiceFinalisedSchema,
    InvoiceSettledSchema,
  ]),
  billingMarket: facts('billing', 'billing.market.v1', 1, [
    PricesApprovedSchema,
    SupplierAccountApprovedSchema,
  ]),
  membershipSkip: skips('membership'),
  provisioningSkip: skips('provisioning'),
  meteringSkip: skips('metering'),
  billingSkip: skips('billing'),
  consoleSkip: skips('console'),
} as const satisfies Record<string, Topic>;

export const allTopics: readonly Topic[] = Object.values(topics);

const topicByType = new Map<string, Topic>(
  allTopics.flatMap((topic) => topic.events.map((event) => [event.typeName, topic] as const)),
);
const schemaByType = new Map<string, DescMessage>(
  allTopics.flatMap((topic) => topic.events.map((event) => [event.typeName, event] as const)),
);
const topicByName = new Map<string, Topic>(allTopics.map((topic) => [topic.name, topic]));

/** The topic of an event type (full protobuf name). Throws RangeError for a type in no topic: a bug. */
export function topicOf(type: string): Topic {
  const topic = topicByType.get(type);
  if (!topic) throw new RangeError(`No topic carries the event type ${type}`);
  return topic;
}

/** The schema of an event type, or undefined where the contracts do not know it. */
export function schemaOf(type: string): DescMessage | undefined {
  return schemaByType.get(type);
}

export function topicNamed(name: string): Topic | undefined {
  return topicByName.get(name);
}

/** Where a service says what it passes over for ever; undefined for one that applies no facts of memberships. */
export function skipTopicOf(service: string): Topic | undefined {
  return allTopics.find(
    ({ owner, events }) => owner === service && events.includes(EventSkippedSchema),
  );
}
