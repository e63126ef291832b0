import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket, requireOrganisation } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { type LinkState, type SchoolLinkView, SchoolsFinanced } from './schools-financed.pg.js';

/** The schools a membership pays for, has paid for and will pay for. */
@Injectable()
export class ListSchoolsFinanced {
  constructor(private readonly links: SchoolsFinanced) {}

  /** One row more than `limit` where there is one. */
  async execute(input: {
    membershipId: string;
    after: readonly [string, string] | undefined;
    limit: number;
    /** Absent: all. */
    state?: { readonly is: LinkState; readonly on: LocalDate };
    caller: Caller;
  }): Promise<SchoolLinkView[]> {
    const owner = await this.links.ownerOf(input.membershipId);
    if (owner === undefined) throw new NotVisible();
    requireOrganisation(input.caller, owner.organisationId);
    requireMarket(input.caller, owner.marketCode);
    return this.links.list(input.membershipId, input.after, input.limit + 1, input.state);
  }
}
