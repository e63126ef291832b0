import { Injectable } from '@nestjs/common';
import { type EndSchoolFinancingRequest, SchoolFinancingEndedSchema } from '#libs/contracts';
import type { Uai } from '#libs/identifiers';
import type { Asked } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { Memberships } from '../../adhesion/memberships/register.module.js';
import { Documents } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { type LinkEndReason, linkToEnd, type SchoolLink } from './domain/financing.js';
import { SchoolLinks } from './school-links.pg.js';

export type EndSchoolFinancingInput = Asked<
  EndSchoolFinancingRequest,
  { uai: Uai; endsOn: LocalDate; reason: LinkEndReason }
>;

/** From a day on a membership no longer pays for a school (SCH-1): its accounts enter the closing path then. */
@Injectable()
export class EndSchoolFinancing {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly links: SchoolLinks,
    private readonly documents: Documents,
  ) {}

  /** The same key gives the first answer again, a refusal too. Throws what `linkToEnd` throws, and DocumentUnknown. */
  execute(input: EndSchoolFinancingInput): Promise<SchoolLink> {
    const { membershipId, uai, endsOn, reason, documentId, caller } = input;
    return this.commands.run(
      {
        operation: 'EndSchoolFinancing',
        action: 'school.financing-ended',
        subject: `membership:${membershipId}`,
        restsOn: documentId,
      },
      input,
      async (tx, today) => {
        await this.memberships.findVisible(tx, membershipId, caller);
        if (documentId !== '') await this.documents.reference(documentId, { membershipId }, tx);
        const found = await this.links.findOn(tx, membershipId, uai, endsOn);
        const link = linkToEnd(found, { uai, endsOn, today });
        await this.links.end(tx, link, { on: endsOn, reason, documentId });
        const ended = { uai, endedOn: endsOn, transferId: '', endedBy: caller.userId };
        await this.memberships.tell(tx, membershipId, SchoolFinancingEndedSchema, ended);
        return { ...link, endsOn };
      },
    );
  }
}
