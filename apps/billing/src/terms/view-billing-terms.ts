import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket, requireOrganisation } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { LocalDate } from '#libs/time';
import { Members } from '../members/members.module.js';
import { type BillingTerms, BillingTermsOfMembers } from './billing-terms-of-members.pg.js';

/** What the invoices of members bear for Chorus Pro, and what is to be asked for before the next ones (ADH-1, BIL-6). */
@Injectable()
export class ViewBillingTerms {
  constructor(
    private readonly terms: BillingTermsOfMembers,
    private readonly members: Members,
    private readonly businessDate: BusinessDate,
  ) {}

  /** On the service's date unless told. Throws NotVisible for what does not exist or is another member's. */
  async ofMember(
    caller: Caller,
    membershipId: string,
    on: LocalDate | undefined,
  ): Promise<{ on: LocalDate; terms: BillingTerms }> {
    const organisation = await this.members.organisationOf(membershipId);
    if (!organisation) throw new NotVisible();
    requireOrganisation(caller, organisation.marketCode, organisation.organisationId);
    const day = on ?? (await this.businessDate.today());
    const [terms] = await this.terms.on(day, { membershipId });
    if (!terms) throw new NotVisible();
    return { on: day, terms };
  }

  /** By name; `lacking`: only those of whom something is missing. */
  async ofMarket(
    caller: Caller,
    {
      marketCode,
      on,
      lacking,
    }: { marketCode: string; on: LocalDate | undefined; lacking: boolean },
  ): Promise<{ on: LocalDate; terms: BillingTerms[] }> {
    requireMarket(caller, marketCode);
    const day = on ?? (await this.businessDate.today());
    const terms = await this.terms.on(day, { marketCode });
    return { on: day, terms: lacking ? terms.filter(({ missing }) => missing.length > 0) : terms };
  }
}
