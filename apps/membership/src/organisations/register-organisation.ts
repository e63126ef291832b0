import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { checkEligible, type Organisation } from './domain/organisation.js';
import { Organisations } from './organisations.repository.js';

/** Takes an applicant in, if it may be a member at all (ADH-1). Part of an application's transaction. */
@Injectable()
export class RegisterOrganisation {
  constructor(private readonly organisations: Organisations) {}

  /** Throws NotEligible. */
  async execute(
    tx: Transaction,
    organisation: Organisation,
    market: { readonly departments: readonly string[]; readonly coordinatorSiren: string },
  ): Promise<void> {
    checkEligible(organisation, market);
    await this.organisations.save(tx, organisation);
  }
}
