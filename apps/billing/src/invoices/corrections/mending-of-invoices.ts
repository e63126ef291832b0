import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { type CollectedUsage, CollectUsage } from '../drafts/collect-usage.js';
import { headOf, type Mending, mendingOf } from '../domain/correction.js';
import type { FinalisedInvoice, Invoice, ItemUsage } from '../domain/invoice.js';
import { calculationNow, issuedAmong } from '../drafts/draft-standing.js';
import { Invoices } from '../invoices.pg.js';
import { type Basis, PricingBasis } from '../drafts/pricing-basis.js';

export type Mended = {
  readonly head: FinalisedInvoice;
  readonly known: Basis;
  readonly issued: readonly FinalisedInvoice[];
  /** Undefined where there is nothing to mend, or a draft is about to. */
  readonly mending: Mending | undefined;
};

/** What is to be mended of the period of an issued invoice, by all that is known (BIL-8). */
@Injectable()
export class MendingOfInvoices {
  constructor(
    private readonly invoices: Invoices,
    private readonly basis: PricingBasis,
    private readonly collectUsage: CollectUsage,
  ) {}

  /** On a certificate, for what is written. Asked outside any transaction. Throws what CollectUsage throws. */
  async usageOf({ basis, marketCode, membershipId, period }: Invoice): Promise<CollectedUsage> {
    const usageOf = await this.collectUsage.execute({ basis, marketCode, period }, membershipId);
    return usageOf(membershipId);
  }

  /** By what is counted now, for what is only said. Throws what CollectUsage throws. */
  async usageSeen({ basis, marketCode, membershipId, period }: Invoice) {
    const asked = { basis, marketCode, period };
    return (await this.collectUsage.glance(asked, membershipId)).usage;
  }

  /** Without a lock, for what is said and not written. Undefined for what is not the last invoice of its period. */
  async glance(
    tx: Transaction,
    { id, membershipId, period }: Invoice,
    usage: readonly ItemUsage[],
  ): Promise<Mended | undefined> {
    const known = await this.basis.glance(tx, membershipId);
    return known && this.mended(tx, { id, membershipId, period }, known, usage);
  }

  /** Membership, then invoice, both locked until the transaction ends. */
  async locked(
    tx: Transaction,
    { id, membershipId, period }: Invoice,
    usage: readonly ItemUsage[],
  ): Promise<Mended | undefined> {
    const known = await this.basis.now(tx, membershipId);
    await this.invoices.findForFinalising(tx, id);
    return known && this.mended(tx, { id, membershipId, period }, known, usage);
  }

  private async mended(
    tx: Transaction,
    { id, membershipId, period }: Pick<Invoice, 'id' | 'membershipId' | 'period'>,
    known: Basis,
    usage: readonly ItemUsage[],
  ): Promise<Mended | undefined> {
    const ofPeriod = await this.invoices.ofPeriod(tx, membershipId, period);
    const issued = issuedAmong(ofPeriod);
    const head = headOf(issued);
    if (head?.id !== id) return undefined;
    const isUnderWay = ofPeriod.some(({ status }) => status === 'DRAFT');
    const calculation = isUnderWay ? undefined : calculationNow(head, known, usage);
    const mending = calculation && mendingOf(issued, head.settlement?.state, calculation);
    return { head, known, issued, mending };
  }
}
