import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type CertifiedUsageChanged, CertifiedUsageChangedSchema } from '#libs/contracts';
import type { BatchContext, ReceivedEvent } from '#libs/messaging';
import { LateUsage } from './late-usage.pg.js';

/** A late fact changes what drafts and invoices rest on: they are looked at again, each by the worker (MTR-3, BIL-8, BIL-9). */
@Controller()
export class LateUsageConsumer {
  constructor(private readonly lateUsage: LateUsage) {}

  @EventPattern<string>(CertifiedUsageChangedSchema.typeName)
  async onCertifiedUsageChanged(
    @Payload() events: ReceivedEvent<CertifiedUsageChanged>[],
    @Ctx() { tx }: BatchContext,
  ): Promise<void> {
    await this.lateUsage.hear(
      tx,
      events.map(({ body }) => body.membershipId),
    );
  }
}
