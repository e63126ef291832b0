import { Injectable } from '@nestjs/common';
import {
  type Caller,
  marketsOf,
  NotVisible,
  organisationSeen,
  requireMarket,
  requireOrganisation,
} from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Members } from '../members/members.module.js';
import { fileNameOf, invoicePdf } from './document/invoice-pdf.js';
import { type CorrectionExplanation, explainCorrection } from './domain/correction-explanation.js';
import { type Invoice, InvoiceNotIssued, InvoiceUnknown } from './domain/invoice.js';
import type { Refusal } from './domain/refusal.js';
import { refusalsOfDraft } from './drafts/draft-standing.js';
import { PricingBasis } from './drafts/pricing-basis.js';
import { InvoicedDays } from './invoiced-days.pg.js';
import type { InvoiceRow } from './invoices.mapping.js';
import { Invoices } from './invoices.pg.js';
import { IssuedDocuments } from './document/issued-documents.pg.js';

export type ListInvoicesInput = {
  readonly membershipId: string;
  readonly marketCode: string;
  readonly limit: number;
  readonly cursor: string;
};

/** What a caller may see of invoices: a member its own, the coordinator and the supplier all (SUP-3). */
@Injectable()
export class ViewInvoices {
  constructor(
    private readonly invoices: Invoices,
    private readonly invoicedDays: InvoicedDays,
    private readonly members: Members,
    private readonly documents: IssuedDocuments,
    private readonly businessDate: BusinessDate,
    private readonly unitOfWork: UnitOfWork,
    private readonly basis: PricingBasis,
  ) {}

  /** Throws NotVisible where it does not exist or is another member's: nobody can tell which. */
  async get(caller: Caller, invoiceId: string): Promise<Invoice> {
    const invoice = await this.invoices.get(invoiceId).catch(hideUnknown);
    requireOrganisation(caller, invoice.marketCode, invoice.buyer.organisationId);
    return invoice;
  }

  /** What would have a draft refused where it is sent, said while there is time to mend it; nothing of what is no draft. */
  async refusalsOf(invoice: Invoice): Promise<readonly Refusal[]> {
    if (invoice.status !== 'DRAFT') return [];
    const known = await this.unitOfWork.run((tx) => this.basis.glance(tx, invoice.membershipId));
    return refusalsOfDraft(invoice, await this.businessDate.today(), known);
  }

  /** What credits, completes or replaces an invoice (BIL-8). */
  correcting({ id }: Invoice): Promise<InvoiceRow[]> {
    return this.invoices.correcting(id);
  }

  /** With what it corrects and what corrects it, from what was issued alone. Throws NotVisible as `get` does. */
  async explain(
    caller: Caller,
    invoiceId: string,
  ): Promise<{ invoice: Invoice; correction: CorrectionExplanation }> {
    const invoice = await this.get(caller, invoiceId);
    const { corrects } = invoice;
    const corrected = corrects && (await this.invoices.get(corrects.invoiceId));
    const followers = (await this.correcting(invoice)).map((row) => ({
      ...{ ...row, isCredited: row.settlement === 'CREDITED' },
    }));
    return { invoice, correction: explainCorrection(invoice, corrected, followers) };
  }

  /** As it was issued; of what was not, drawn as it is asked for. Throws NotVisible as `get` does. */
  async pdf(caller: Caller, invoiceId: string): Promise<{ fileName: string; content: Buffer }> {
    const invoice = await this.get(caller, invoiceId);
    const issued = await this.documents.pdfOf(invoice.id);
    return { fileName: fileNameOf(invoice, 'pdf'), content: issued ?? (await invoicePdf(invoice)) };
  }

  /** EN 16931, as it lies in the PDF. Throws InvoiceNotIssued, NotVisible as `get` does. */
  async xml(caller: Caller, invoiceId: string): Promise<{ fileName: string; content: Buffer }> {
    const invoice = await this.get(caller, invoiceId);
    if (invoice.status !== 'FINALISED') throw new InvoiceNotIssued(invoice);
    const content = await this.documents.xmlOf(invoice.id);
    if (!content) throw new RangeError(`No paper of invoice ${invoice.number}`);
    return { fileName: fileNameOf(invoice, 'xml'), content };
  }

  /** The first day of a market that no invoice covers, drafts counted; null where nothing is invoiced (MKT-6). */
  async invoicedUntil(caller: Caller, marketCode: string): Promise<LocalDate | null> {
    requireMarket(caller, marketCode);
    return this.invoicedDays.until(marketCode);
  }

  /** Throws NotVisible for a membership or a market that is not the caller's. */
  async list(
    caller: Caller,
    { membershipId, marketCode, limit, cursor }: ListInvoicesInput,
  ): Promise<{ rows: InvoiceRow[]; nextCursor: string; memberName: string }> {
    let memberName = '';
    if (membershipId !== '') {
      const organisation = await this.members.organisationOf(membershipId);
      if (!organisation) throw new NotVisible();
      requireOrganisation(caller, organisation.marketCode, organisation.organisationId);
      memberName = organisation.name;
    }
    if (marketCode !== '') requireMarket(caller, marketCode);
    const markets = marketsOf(caller);
    const filter = {
      membershipId,
      marketCode,
      organisationId: organisationSeen(caller, marketCode),
      ...(markets ? { markets } : {}),
    };
    return { ...(await this.invoices.list(filter, limit, cursor)), memberName };
  }
}

function hideUnknown(error: unknown): never {
  throw error instanceof InvoiceUnknown ? new NotVisible() : error;
}
