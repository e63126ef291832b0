import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { Communes } from './communes.js';
import { checkEligible, type Organisation } from './domain/organisation.js';
import { checkedOnTerritory } from './domain/territory.js';
import { Organisations } from './organisations.pg.js';

/** Takes an applicant in, if it may be a member at all (ADH-1). Part of an application's transaction. */
@Injectable()
export class RegisterOrganisation {
  constructor(
    private readonly organisations: Organisations,
    private readonly communes: Communes,
  ) {}

  /** Throws NotEligible, CommuneUnknown, SirenContradicted, CompositionContradicted. */
  async execute(
    tx: Transaction,
    organisation: Organisation,
    market: { readonly departments: readonly string[]; readonly coordinatorSiren: string },
  ): Promise<void> {
    const checked = checkedOnTerritory(organisation, this.communes.territory());
    checkEligible(checked, market);
    await this.organisations.save(tx, checked);
  }
}
