import { Injectable } from '@nestjs/common';
import { BillingRhythmChosenSchema } from '#libs/contracts';
import type { BillingRhythm } from '#libs/trade';
import {
  ChangeOrganisationFile,
  chosenFrom,
  type FileChange,
  OrganisationFiles,
} from '../../organisations/organisations.module.js';
import { membershipFact } from './membership-fact.js';
import { Memberships } from './memberships.pg.js';

/** One invoice for the contract year or one for each quarter, from the next contract year on (BIL-3), for whoever invoices. */
@Injectable()
export class ChooseBillingRhythm {
  constructor(
    private readonly change: ChangeOrganisationFile,
    private readonly files: OrganisationFiles,
    private readonly memberships: Memberships,
  ) {}

  /** Throws what a change throws, BillingRhythmOfMarket, BillingRhythmTooLate. */
  execute(input: FileChange & { rhythm: BillingRhythm }): Promise<{ version: number }> {
    const { rhythm, organisationId, marketCode, caller } = input;
    return this.change.execute(
      input,
      { operation: 'ChooseBillingRhythm', action: 'billing-rhythm.changed' },
      { rhythm },
      async (tx, today) => {
        const of = { organisationId, marketCode };
        const terms = await this.files.rhythmTerms(organisationId, marketCode, tx);
        const chosen = { validFrom: chosenFrom(terms, today), rhythm };
        const recorded = { recordedBy: caller.userId, recordedOn: today };
        await this.files.addBillingRhythm(tx, { ...of, ...chosen, ...recorded });
        const fact = membershipFact(BillingRhythmChosenSchema, chosen);
        await this.memberships.tellOf(tx, of, fact);
        return {};
      },
    );
  }
}
