import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type MembershipAccepted, MembershipAcceptedSchema } from '#libs/contracts';
import { type BatchContext, type ReceivedEvent } from '#libs/messaging';
import { RecordMembership } from './record-membership.js';

/** Keeping the same membership again writes the same row. */
@Controller()
export class MembershipChangedConsumer {
  constructor(private readonly recordMembership: RecordMembership) {}

  @EventPattern<string>(MembershipAcceptedSchema.typeName)
  async onAccepted(
    @Payload() events: ReceivedEvent<MembershipAccepted>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    for (const { body } of events) {
      await this.recordMembership.execute(tx, {
        membershipId: body.membershipId,
        organisationId: body.organisation?.organisationId ?? '',
        marketCode: body.marketCode,
      });
    }
  }
}
