import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  type MarketPublished,
  MarketPublishedSchema,
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
} from '#libs/contracts';
import type { BatchContext, ReceivedEvent } from '#libs/messaging';
import { recordSeatsConfirmed } from './approvals.pg.js';
import { Memberships } from './memberships.pg.js';

/** A few events a day, so one by one. Harmless when run twice: every write replaces or is skipped. */
@Controller()
export class MembershipsConsumer {
  constructor(private readonly memberships: Memberships) {}

  @EventPattern<string>(MarketPublishedSchema.typeName)
  async onMarketPublished(
    @Payload() events: ReceivedEvent<MarketPublished>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body } of events)
      if (body.market) await this.memberships.recordMarket(tx, body.market);
  }

  @EventPattern<string>(MembershipActivatedSchema.typeName)
  async onMembershipActivated(
    @Payload() events: ReceivedEvent<MembershipActivated>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body } of events) {
      if (!body.market || !body.period)
        throw new RangeError('MembershipActivated without market or period');
      await this.memberships.recordMarket(tx, body.market);
      await this.memberships.activate(tx, {
        membershipId: body.membershipId,
        organisationId: body.organisation?.organisationId ?? '',
        organisationName: body.organisation?.name ?? '',
        marketCode: body.market.code,
        startsOn: body.period.startsOn,
        endsOn: body.period.endsOn || (body.market.calendar?.endsOn ?? 'infinity'),
      });
    }
  }

  @EventPattern<string>(OrderSignedSchema.typeName)
  async onOrderSigned(
    @Payload() events: ReceivedEvent<OrderSigned>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body } of events) {
      const { orderId = '', lines = [] } = body.order ?? {};
      const { membershipId, seatsLost } = body;
      await this.memberships.addOrder(tx, { orderId, membershipId, lines });
      await recordSeatsConfirmed(tx, { orderId, membershipId, lines, seatsLost });
    }
  }

  @EventPattern<string>(SchoolFinancedSchema.typeName)
  async onSchoolFinanced(
    @Payload() events: ReceivedEvent<SchoolFinanced>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body, businessDate } of events) {
      await this.memberships.finance(tx, {
        uai: body.uai,
        membershipId: body.membershipId,
        startsOn: body.period?.startsOn ?? businessDate,
        endsOn: body.period?.endsOn || null,
      });
    }
  }

  @EventPattern<string>(SchoolFinancingEndedSchema.typeName)
  async onSchoolFinancingEnded(
    @Payload() events: ReceivedEvent<SchoolFinancingEnded>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body } of events) {
      const { uai, membershipId, endedOn, transferId, endedBy } = body;
      const isTransfer = transferId !== '';
      const school = { uai, membershipId, endedOn, isTransfer, endedBy };
      await this.memberships.endFinancing(tx, school);
    }
  }

  @EventPattern<string>(MembershipEndedSchema.typeName)
  async onMembershipEnded(
    @Payload() events: ReceivedEvent<MembershipEnded>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body } of events) {
      await this.memberships.end(tx, body.membershipId, body.endsOn, body.endedBy);
    }
  }

  /** Told before the old end, so that nothing was closed by it (MKT-6). */
  @EventPattern<string>(MembershipProlongedSchema.typeName)
  async onMembershipProlonged(
    @Payload() events: ReceivedEvent<MembershipProlonged>[],
    @Ctx() { tx }: BatchContext,
  ) {
    for (const { body } of events) {
      await this.memberships.prolong(tx, body.membershipId, body.endsOn);
    }
  }
}
