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
    const operation = {
      operation: 'ChooseBillingRhythm',
      action: 'billing-rhythm.changed',
    } as const;
    return this.change.execute(
      { ...input, ...operation, request: { rhythm } },
      async (tx, today) => {
        const terms = await this.files.rhythmTerms(organisationId, marketCode, tx);
        const validFrom = chosenFrom(terms, today);
        const recorded = { recordedBy: caller.userId, recordedOn: today };
        await this.files.addBillingRhythm(tx, {
          ...{ organisationId, marketCode, validFrom, rhythm },
          ...recorded,
        });
        await this.memberships.tellOf(
          tx,
          { organisationId, marketCode },
          membershipFact(BillingRhythmChosenSchema, { validFrom, rhythm }),
        );
        return {};
      },
    );
  }
}
