import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  type BillingRhythmChosen,
  BillingRhythmChosenSchema,
  type ChorusProRecorded,
  ChorusProRecordedSchema,
  type CommitmentMoved,
  CommitmentMovedSchema,
  type CommitmentRecorded,
  CommitmentRecordedSchema,
  type ExclusionPronounced,
  ExclusionPronouncedSchema,
  type ItemQuantity,
  type MarketPublished,
  MarketPublishedSchema,
  type MembershipAccepted,
  MembershipAcceptedSchema,
  type MembershipActivated,
  MembershipActivatedSchema,
  type MembershipEnded,
  MembershipEndedSchema,
  type MembershipProlonged,
  MembershipProlongedSchema,
  type OrderSigned,
  OrderSignedSchema,
  type SchoolFinanced,
  SchoolFinancedSchema,
  type SchoolFinancingEnded,
  SchoolFinancingEndedSchema,
  type WithdrawalNotified,
  WithdrawalNotifiedSchema,
  type WithdrawalRevoked,
  WithdrawalRevokedSchema,
} from '#libs/contracts';
import type { BatchContext, ReceivedEvent } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { localDate } from '#libs/time';
import { fromTheBeginning, type ItemCommitment, type SignedPart } from './domain/member.js';
import {
  fromChorusPro,
  fromDocument,
  fromMarket,
  fromParts,
  fromRhythm,
  fromSteps,
  fromOrder,
  fromOrganisation,
} from './member-message.js';
import { MemberFacts } from './member-facts.pg.js';

/** Effects and position are one transaction, so each event changes the copy exactly once. */
@Controller()
export class MembersConsumer {
  constructor(private readonly members: MemberFacts) {}

  @EventPattern<string>(MarketPublishedSchema.typeName)
  async onMarketPublished(
    @Payload() events: ReceivedEvent<MarketPublished>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      if (body.market !== undefined) await this.members.saveMarket(tx, fromMarket(body.market));
    }
  }

  @EventPattern<string>(MembershipAcceptedSchema.typeName)
  async onAccepted(
    @Payload() events: ReceivedEvent<MembershipAccepted>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.members.saveHeader(tx, {
        membershipId: body.membershipId,
        membershipVersion: body.membershipVersion,
        marketCode: body.marketCode,
        buyer: fromOrganisation(body.organisation),
      });
    }
  }

  @EventPattern<string>(CommitmentRecordedSchema.typeName)
  async onCommitmentRecorded(
    @Payload() events: ReceivedEvent<CommitmentRecorded>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.members.saveCommitment(
        tx,
        body.membershipId,
        body.membershipVersion,
        commitmentOf(body.commitment),
        signedAlone(body),
      );
    }
  }

  /** ADH-5: a line is cut where C moves (BIL-3). Each annex 2 stays what was signed. */
  @EventPattern<string>(CommitmentMovedSchema.typeName)
  async onCommitmentMoved(
    @Payload() events: ReceivedEvent<CommitmentMoved>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      const { membershipId, membershipVersion, commitment } = body;
      const signed = fromParts(membershipId, body.parts);
      await this.members.saveCommitment(
        tx,
        membershipId,
        membershipVersion,
        fromSteps(commitment),
        signed,
      );
    }
  }

  @EventPattern<string>(MembershipActivatedSchema.typeName)
  async onActivated(
    @Payload() events: ReceivedEvent<MembershipActivated>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      const { membershipId, market, period } = body;
      if (market === undefined || period === undefined)
        throw new RangeError('Incomplete activation');
      const membershipVersion = body.membershipVersion;
      await this.members.saveHeader(tx, {
        membershipId,
        membershipVersion,
        marketCode: market.code,
        buyer: fromOrganisation(body.organisation),
      });
      await this.members.saveCommitment(
        tx,
        membershipId,
        membershipVersion,
        commitmentOf(body.commitment),
        body.commitmentParts.length > 0
          ? fromParts(membershipId, body.commitmentParts)
          : signedAlone(body),
      );
      await this.members.savePeriod(tx, membershipId, {
        start: localDate(period.startsOn),
        end: localDate(period.endsOn),
      });
      // Last: a billing run too locks the membership first, then its market.
      await this.members.saveMarket(tx, fromMarket(market));
    }
  }

  @EventPattern<string>(OrderSignedSchema.typeName)
  async onOrderSigned(
    @Payload() events: ReceivedEvent<OrderSigned>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    await this.members.appendOrders(
      tx,
      events.map(({ body }) => ({
        membershipId: body.membershipId,
        version: body.membershipVersion,
        ledgerHead: body.ledgerHead,
        lines: fromOrder(body.order),
      })),
    );
  }

  @EventPattern<string>(SchoolFinancedSchema.typeName)
  async onSchoolFinanced(
    @Payload() events: ReceivedEvent<SchoolFinanced>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.members.advance(tx, body.membershipId, body.membershipVersion);
    }
  }

  @EventPattern<string>(SchoolFinancingEndedSchema.typeName)
  async onSchoolFinancingEnded(
    @Payload() events: ReceivedEvent<SchoolFinancingEnded>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.members.advance(tx, body.membershipId, body.membershipVersion);
    }
  }

  @EventPattern<string>(MembershipEndedSchema.typeName)
  async onEnded(
    @Payload() events: ReceivedEvent<MembershipEnded>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      const version = body.membershipVersion;
      await this.members.end(tx, body.membershipId, version, localDate(body.endsOn));
    }
  }

  /** MKT-6: its days go on to the later end. */
  @EventPattern<string>(MembershipProlongedSchema.typeName)
  async onProlonged(
    @Payload() events: ReceivedEvent<MembershipProlonged>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      const version = body.membershipVersion;
      await this.members.end(tx, body.membershipId, version, localDate(body.endsOn));
    }
  }

  /** ADH-1: what the next invoices bear. */
  @EventPattern<string>(ChorusProRecordedSchema.typeName)
  async onChorusProRecorded(
    @Payload() events: ReceivedEvent<ChorusProRecorded>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.members.addChorusPro(tx, {
        ...{ membershipId: body.membershipId, version: body.membershipVersion },
        ...{ from: localDate(body.validFrom), data: fromChorusPro(body.chorusPro) },
      });
    }
  }

  @EventPattern<string>(BillingRhythmChosenSchema.typeName)
  async onRhythmChosen(
    @Payload() events: ReceivedEvent<BillingRhythmChosen>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) await this.members.addRhythm(tx, fromRhythm(body));
  }

  // An end announced may still be taken back, and invoices are in arrears: only MembershipEnded moves their end.
  @EventPattern<string>(WithdrawalNotifiedSchema.typeName)
  onWithdrawalNotified(
    @Payload() events: ReceivedEvent<WithdrawalNotified>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    return this.announced(tx, events);
  }

  @EventPattern<string>(WithdrawalRevokedSchema.typeName)
  async onWithdrawalRevoked(
    @Payload() events: ReceivedEvent<WithdrawalRevoked>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.members.announceEnd(tx, body.membershipId, body.membershipVersion, null);
    }
  }

  @EventPattern<string>(ExclusionPronouncedSchema.typeName)
  onExclusionPronounced(
    @Payload() events: ReceivedEvent<ExclusionPronounced>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    return this.announced(tx, events);
  }

  private async announced(
    tx: Transaction,
    events: readonly ReceivedEvent<WithdrawalNotified | ExclusionPronounced>[],
  ): Promise<void> {
    for (const { body } of events) {
      const { membershipId, membershipVersion, endsOn } = body;
      await this.members.announceEnd(tx, membershipId, membershipVersion, localDate(endsOn));
    }
  }
}

/** All of C in the member's own annex 2. */
function signedAlone({
  commitment,
  annexe2,
}: Pick<CommitmentRecorded, 'commitment' | 'annexe2'>): SignedPart[] {
  const document = fromDocument(annexe2);
  if (document === null) return [];
  return [{ annexe2: document, signedBy: '', commitment: commitmentOf(commitment) }];
}

function commitmentOf(quantities: readonly ItemQuantity[]): ItemCommitment[] {
  return quantities.map((q) => ({
    itemCode: q.itemCode,
    quantity: q.quantity,
    from: fromTheBeginning,
  }));
}
