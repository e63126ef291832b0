import { Injectable } from '@nestjs/common';
import type { RecordSignedConventionRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { Documents, DocumentUnknown } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { Applications } from './applications.pg.js';
import { ApplicationDecided, NothingToDecide } from './domain/application-decision.js';
import { Memberships } from './memberships.pg.js';

/** The signed convention of a member whose letter did not date it, or of a successor: the tender waits for it (MKT-3, art. 8). */
@Injectable()
export class RecordSignedConvention {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly applications: Applications,
    private readonly documents: Documents,
  ) {}

  /** Signed on the day that the convention bears. Throws DocumentUnknown, ApplicationDecided, NothingToDecide. */
  execute(input: Asked<RecordSignedConventionRequest>): Promise<{ signedOn: LocalDate }> {
    const { membershipId, documentId, caller } = input;
    return this.commands.run(
      {
        operation: 'RecordSignedConvention',
        action: 'membership.signed',
        subject: `membership:${membershipId}`,
        restsOn: documentId,
      },
      input,
      async (tx, today) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        // Before acceptance only what the letter contained counts (ADH-3).
        if (!['ACCEPTED', 'ACTIVE'].includes(membership.status)) {
          throw new NothingToDecide(
            'Seule une adhésion acceptée reçoit sa convention signée : avant, seul compte ce que contenait la lettre (convention, art. 2).',
            { status: membership.status },
          );
        }
        if (await this.applications.hasSigned(tx, membershipId)) {
          throw new ApplicationDecided(
            'La convention de ce membre est déjà signée et enregistrée.',
          );
        }
        const convention = await this.documents.reference(documentId, { membershipId }, tx);
        if (convention.kind !== 'CONVENTION') {
          throw new DocumentUnknown(
            'Ce document n’est pas une convention : déposez la convention signée, puis recommencez.',
            { kind: convention.kind },
          );
        }
        const signedOn = convention.datedOn;
        await this.memberships.addDocument(tx, membershipId, convention);
        const recorded = { recordedBy: caller.userId, recordedOn: today };
        await this.applications.sign(tx, membershipId, { signedOn, documentId, ...recorded });
        return { signedOn };
      },
    );
  }
}
