import { Injectable } from '@nestjs/common';
import { type AskedPage, requireVisible } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import type { ListSchoolsFinancedRequest } from '#libs/contracts';
import { MembershipViews } from '../../adhesion/memberships/register.module.js';
import { type LinkState, type SchoolLinkView, SchoolsFinanced } from './schools-financed.pg.js';

/** The schools a membership pays for, has paid for and will pay for. */
@Injectable()
export class ListSchoolsFinanced {
  constructor(
    private readonly links: SchoolsFinanced,
    private readonly memberships: MembershipViews,
  ) {}

  /** One row more than `limit` where there is one. */
  async execute(
    input: AskedPage<ListSchoolsFinancedRequest> & {
      /** Absent: all. */
      readonly state?: { readonly is: LinkState; readonly on: LocalDate };
    },
  ): Promise<SchoolLinkView[]> {
    requireVisible(input.caller, await this.memberships.ownerOf(input.membershipId));
    return this.links.list(input.membershipId, input.after, input.limit + 1, input.state);
  }
}
