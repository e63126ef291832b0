import { Injectable } from '@nestjs/common';
import { event, SchoolFinancedSchema, SchoolFinancingEndedSchema } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { SchoolLinks } from '../schools-financed/schools-financed.module.js';
import type { PreparedTransfer } from './prepare-transfer.js';

/** Ends each link of the giver and begins the receiver's on the same day, and tells both halves (SCH-2). */
@Injectable()
export class CarryOutTransfer {
  constructor(
    private readonly links: SchoolLinks,
    private readonly outbox: Outbox,
  ) {}

  /** Needs the locks of both memberships. Throws SchoolAlreadyFinanced where somebody else pays later on. */
  async execute(
    tx: Transaction,
    transferId: string,
    { terms, document, passing }: PreparedTransfer,
    actor: string,
    today: LocalDate,
  ): Promise<void> {
    const { fromMembershipId, toMembershipId, effectiveOn, uais } = terms;
    const ended = { on: effectiveOn, reason: 'TRANSFER', documentId: document.documentId } as const;
    for (const { old } of passing) {
      const membershipVersion = await this.links.end(tx, old, ended);
      await this.outbox.add(
        tx,
        event(SchoolFinancingEndedSchema, fromMembershipId, {
          membershipId: fromMembershipId,
          membershipVersion,
          uai: old.uai,
          endedOn: effectiveOn,
          transferId,
        }),
      );
    }
    for (const { next } of passing) {
      const membershipVersion = await this.links.add(tx, next, { by: actor, on: today });
      await this.outbox.add(
        tx,
        event(SchoolFinancedSchema, toMembershipId, {
          membershipId: toMembershipId,
          membershipVersion,
          uai: next.uai,
          period: { startsOn: effectiveOn, endsOn: '' },
          transferId,
        }),
      );
    }
    for (const membershipId of [fromMembershipId, toMembershipId]) {
      await audit(tx, {
        action: 'schools.transferred',
        subject: `membership:${membershipId}`,
        actor,
        restsOn: document.documentId,
        businessDate: today,
        details: { transferId, effectiveOn, uais },
      });
    }
  }
}
