import { Injectable } from '@nestjs/common';
import { ChorusProRecordedSchema } from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import {
  ChangeOrganisationFile,
  type ChorusPro,
  type FileChange,
  OrganisationFiles,
} from '../../organisations/organisations.module.js';
import { membershipFact } from './membership-fact.js';
import { Memberships } from './memberships.pg.js';

/** Chorus Pro data from a day on, for whoever invoices: the numéro d'engagement is usually new each civil year (ADH-1). */
@Injectable()
export class RecordChorusPro {
  constructor(
    private readonly change: ChangeOrganisationFile,
    private readonly files: OrganisationFiles,
    private readonly memberships: Memberships,
  ) {}

  /**
   * For a past day too: it says what should have stood there. A recipient is replaced, never taken away: without one no
   * invoice could be sent (BIL-6), so data that leave it out keep the one of that day. Throws what a change throws.
   */
  execute(
    input: FileChange & { validFrom: LocalDate; chorusPro: ChorusPro },
  ): Promise<{ version: number }> {
    const { validFrom, chorusPro: asked, organisationId, marketCode, caller } = input;
    return this.change.execute(
      input,
      { operation: 'RecordChorusPro', action: 'chorus-pro.recorded' },
      { validFrom, ...asked },
      async (tx, today) => {
        const of = { organisationId, marketCode };
        const known = await this.files.recipientOn(tx, of, validFrom);
        const chorusPro = { ...asked, recipientSiret: asked.recipientSiret || known };
        const entry = { validFrom, chorusPro };
        const recorded = { recordedBy: caller.userId, recordedOn: today };
        await this.files.addChorusPro(tx, organisationId, marketCode, { ...entry, ...recorded });
        const fact = membershipFact(ChorusProRecordedSchema, entry);
        await this.memberships.tellOf(tx, of, fact);
        return {};
      },
    );
  }
}
