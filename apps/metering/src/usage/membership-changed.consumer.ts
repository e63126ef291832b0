import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  type MembershipAccepted,
  MembershipAcceptedSchema,
  type MembershipActivated,
  MembershipActivatedSchema,
} from '#libs/contracts';
import type { BatchContext, ReceivedEvent } from '#libs/messaging';
import { Memberships } from './memberships.pg.js';

/** Keeping the same membership again writes the same row. */
@Controller()
export class MembershipChangedConsumer {
  constructor(private readonly memberships: Memberships) {}

  @EventPattern<string>(MembershipAcceptedSchema.typeName)
  async onAccepted(
    @Payload() events: ReceivedEvent<MembershipAccepted>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.memberships.save(tx, {
        membershipId: body.membershipId,
        organisationId: body.organisation?.organisationId ?? '',
        marketCode: body.marketCode,
      });
    }
  }

  /** A successor was never accepted: its activation is complete in itself (ADH-5). */
  @EventPattern<string>(MembershipActivatedSchema.typeName)
  async onActivated(
    @Payload() events: ReceivedEvent<MembershipActivated>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.memberships.save(tx, {
        membershipId: body.membershipId,
        organisationId: body.organisation?.organisationId ?? '',
        marketCode: body.market?.code ?? '',
      });
    }
  }
}
