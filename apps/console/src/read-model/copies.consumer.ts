import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  AccountMovedSchema,
  type EventSkipped,
  EventSkippedSchema,
  AccountStateChangedSchema,
  DraftAnsweredSchema,
  DraftWithdrawnSchema,
  InvoiceDraftedSchema,
  InvoiceFinalisedSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  MembershipProlongedSchema,
  PersonChangedSchema,
  PersonErasedSchema,
  PricesApprovedSchema,
  SchoolFinancedSchema,
  SchoolFinancingEndedSchema,
  SeatLossForeseenSchema,
  SeatsAllottedSchema,
  StructureChangedSchema,
  StructureErasedSchema,
  SupplierAccountApprovedSchema,
  type AccountMoved,
  type AccountStateChanged,
  type DraftAnswered,
  type DraftWithdrawn,
  type InvoiceDrafted,
  type InvoiceFinalised,
  type MembershipAccepted,
  type MembershipActivated,
  type MembershipEnded,
  type MembershipProlonged,
  type PersonChanged,
  type PricesApproved,
  type SchoolFinanced,
  type SchoolFinancingEnded,
  type SeatLossForeseen,
  type SeatsAllotted,
  type StructureChanged,
  type SupplierAccountApproved,
} from '#libs/contracts';
import { BatchContext, type ReceivedEvent } from '#libs/messaging';
import { Copies } from './copies.pg.js';
import { PeopleCopies } from './people-copies.pg.js';

// May run twice: each effect is the state of its key, and the position moves in the same transaction.
@Controller()
export class CopiesConsumer {
  constructor(
    private readonly copies: Copies,
    private readonly ofPeople: PeopleCopies,
  ) {}

  @EventPattern<string>(StructureChangedSchema.typeName)
  structures(@Payload() events: ReceivedEvent<StructureChanged>[], @Ctx() { tx }: BatchContext) {
    return this.ofPeople.structuresChanged(tx, bodies(events));
  }

  @EventPattern<string>(StructureErasedSchema.typeName)
  structuresErased(@Payload() events: ReceivedEvent<undefined>[], @Ctx() { tx }: BatchContext) {
    return this.ofPeople.structuresErased(tx, keys(events));
  }

  @EventPattern<string>(PersonChangedSchema.typeName)
  people(@Payload() events: ReceivedEvent<PersonChanged>[], @Ctx() { tx }: BatchContext) {
    return this.ofPeople.peopleChanged(tx, bodies(events));
  }

  @EventPattern<string>(PersonErasedSchema.typeName)
  peopleErased(@Payload() events: ReceivedEvent<undefined>[], @Ctx() { tx }: BatchContext) {
    return this.ofPeople.peopleErased(tx, keys(events));
  }

  @EventPattern<string>(AccountStateChangedSchema.typeName)
  accounts(@Payload() events: ReceivedEvent<AccountStateChanged>[], @Ctx() { tx }: BatchContext) {
    return this.ofPeople.accountsChanged(tx, bodies(events));
  }

  @EventPattern<string>(AccountMovedSchema.typeName)
  accountsMoved(@Payload() events: ReceivedEvent<AccountMoved>[], @Ctx() { tx }: BatchContext) {
    return this.ofPeople.accountsChanged(tx, bodies(events));
  }

  @EventPattern<string>(SeatsAllottedSchema.typeName)
  seats(@Payload() events: ReceivedEvent<SeatsAllotted>[], @Ctx() { tx }: BatchContext) {
    return this.copies.seatsAllotted(tx, bodies(events));
  }

  @EventPattern<string>(SeatLossForeseenSchema.typeName)
  losses(@Payload() events: ReceivedEvent<SeatLossForeseen>[], @Ctx() { tx }: BatchContext) {
    return this.copies.seatLossesForeseen(tx, bodies(events));
  }

  @EventPattern<string>(InvoiceDraftedSchema.typeName)
  drafts(@Payload() events: ReceivedEvent<InvoiceDrafted>[], @Ctx() { tx }: BatchContext) {
    return this.copies.invoicesChanged(tx, invoices(bodies(events)));
  }

  @EventPattern<string>(DraftAnsweredSchema.typeName)
  answered(@Payload() events: ReceivedEvent<DraftAnswered>[], @Ctx() { tx }: BatchContext) {
    return this.copies.invoicesChanged(tx, invoices(bodies(events)));
  }

  @EventPattern<string>(DraftWithdrawnSchema.typeName)
  withdrawn(@Payload() events: ReceivedEvent<DraftWithdrawn>[], @Ctx() { tx }: BatchContext) {
    return this.copies.invoicesChanged(tx, invoices(bodies(events)));
  }

  @EventPattern<string>(InvoiceFinalisedSchema.typeName)
  finalised(@Payload() events: ReceivedEvent<InvoiceFinalised>[], @Ctx() { tx }: BatchContext) {
    return this.copies.invoicesChanged(tx, invoices(bodies(events)));
  }

  @EventPattern<string>(PricesApprovedSchema.typeName)
  prices(@Payload() events: ReceivedEvent<PricesApproved>[], @Ctx() { tx }: BatchContext) {
    return oneByOne(events, (fact) => this.copies.pricesApproved(tx, fact));
  }

  @EventPattern<string>(SupplierAccountApprovedSchema.typeName)
  account(
    @Payload() events: ReceivedEvent<SupplierAccountApproved>[],
    @Ctx() { tx }: BatchContext,
  ) {
    return oneByOne(events, (fact) => this.copies.accountApproved(tx, fact));
  }

  @EventPattern<string>(EventSkippedSchema.typeName)
  skipped(@Payload() events: ReceivedEvent<EventSkipped>[], @Ctx() { tx }: BatchContext) {
    return oneByOne(events, (fact) => this.copies.eventSkipped(tx, fact));
  }

  @EventPattern<string>(MembershipAcceptedSchema.typeName)
  accepted(@Payload() events: ReceivedEvent<MembershipAccepted>[], @Ctx() { tx }: BatchContext) {
    return oneByOne(events, (fact) => this.copies.membershipAccepted(tx, fact));
  }

  @EventPattern<string>(MembershipActivatedSchema.typeName)
  activated(@Payload() events: ReceivedEvent<MembershipActivated>[], @Ctx() { tx }: BatchContext) {
    return oneByOne(events, (fact) => this.copies.membershipActivated(tx, fact));
  }

  @EventPattern<string>(MembershipEndedSchema.typeName)
  ended(@Payload() events: ReceivedEvent<MembershipEnded>[], @Ctx() { tx }: BatchContext) {
    return oneByOne(events, (fact) => this.copies.membershipEnded(tx, fact));
  }

  @EventPattern<string>(MembershipProlongedSchema.typeName)
  prolonged(@Payload() events: ReceivedEvent<MembershipProlonged>[], @Ctx() { tx }: BatchContext) {
    return oneByOne(events, (fact) => this.copies.membershipProlonged(tx, fact));
  }

  @EventPattern<string>(SchoolFinancedSchema.typeName)
  schools(@Payload() events: ReceivedEvent<SchoolFinanced>[], @Ctx() { tx }: BatchContext) {
    return oneByOne(events, (fact) => this.copies.schoolFinanced(tx, fact));
  }

  @EventPattern<string>(SchoolFinancingEndedSchema.typeName)
  schoolsEnded(
    @Payload() events: ReceivedEvent<SchoolFinancingEnded>[],
    @Ctx() { tx }: BatchContext,
  ) {
    return oneByOne(events, (fact) => this.copies.schoolFinancingEnded(tx, fact));
  }
}

const bodies = <T>(events: readonly ReceivedEvent<T>[]): T[] => events.map(({ body }) => body);
const keys = (events: readonly ReceivedEvent<unknown>[]): string[] => events.map(({ key }) => key);
const invoices = (
  facts: readonly (DraftAnswered | DraftWithdrawn | InvoiceDrafted | InvoiceFinalised)[],
) => facts.flatMap(({ invoice }) => (invoice ? [invoice] : []));

async function oneByOne<T>(events: readonly ReceivedEvent<T>[], apply: (fact: T) => Promise<void>) {
  for (const { body } of events) await apply(body);
}
