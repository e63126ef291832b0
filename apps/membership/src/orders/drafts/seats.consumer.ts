import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type SeatsAllotted, SeatsAllottedSchema } from '#libs/contracts';
import type { BatchContext, ReceivedEvent } from '#libs/messaging';
import { DraftOverQuota } from './draft-over-quota.js';

/** Hears how many wait beyond O (PRV-2). Harmless when run twice: the same figure drafts nothing anew. */
@Controller()
export class SeatsConsumer {
  constructor(private readonly draftOverQuota: DraftOverQuota) {}

  @EventPattern<string>(SeatsAllottedSchema.typeName)
  async onSeatsAllotted(
    @Payload() events: ReceivedEvent<SeatsAllotted>[],
    @Ctx() { tx }: BatchContext,
  ) {
    // Each event is the full state of its membership and item.
    const latest = new Map(
      events.map(({ body }) => [`${body.membershipId} ${body.itemCode}`, body]),
    );
    await this.draftOverQuota.execute(
      tx,
      [...latest.values()].map(({ membershipId, itemCode, waiting, tolerated }) => ({
        membershipId,
        itemCode,
        missing: waiting + tolerated,
      })),
    );
  }
}
