import { Injectable } from '@nestjs/common';
import { SchoolFinancedSchema, SchoolFinancingEndedSchema } from '#libs/contracts';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Memberships } from '../../adhesion/memberships/register.module.js';
import { SchoolLinks } from '../schools-financed/schools-financed.module.js';
import type { PreparedTransfer } from './prepare-transfer.js';

/** Ends each link of the giver and begins the receiver's on the same day, and tells both halves (SCH-2). */
@Injectable()
export class CarryOutTransfer {
  constructor(
    private readonly memberships: Memberships,
    private readonly links: SchoolLinks,
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
      await this.links.end(tx, old, ended);
      const { uai } = old;
      const fact = { uai, endedOn: effectiveOn, transferId, endedBy: actor };
      await this.memberships.tell(tx, fromMembershipId, SchoolFinancingEndedSchema, fact);
    }
    for (const { next } of passing) {
      await this.links.add(tx, next, { by: actor, on: today });
      const { uai } = next;
      const fact = { uai, period: { startsOn: effectiveOn, endsOn: '' }, transferId };
      await this.memberships.tell(tx, toMembershipId, SchoolFinancedSchema, fact);
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
