import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { UnitOfWork } from '#libs/persistence';
import { IssuedDocuments } from '../document/issued-documents.pg.js';
import type { Invoice } from '../domain/invoice.js';
import type { InvoiceAmounts, InvoiceViolation } from '../domain/invoice-violation.js';
import {
  amountsOf,
  figureFaults,
  nothingSeen,
  RecountInvoices,
  replayedAmounts,
} from '../recount-invoices.js';
import { ViewInvoices } from '../view-invoices.js';
import { replayInFrench } from './replay-in-french.js';

export type InvoiceReplay = {
  readonly invoice: Invoice;
  readonly told: InvoiceAmounts;
  readonly replayed: InvoiceAmounts;
  /** Ten at most, in French. */
  readonly sentences: readonly string[];
  /** Empty where it holds. */
  readonly violations: readonly InvoiceViolation[];
};

/** One invoice calculated again from all that it rests on, and compared with what was issued, for who pays it (BIL-7). */
@Injectable()
export class ReplayInvoice {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly invoices: ViewInvoices,
    private readonly recount: RecountInvoices,
    private readonly documents: IssuedDocuments,
  ) {}

  /** Throws NotVisible as ViewInvoices does; with METERED a refusal of kind `unavailable` where metering does not answer. */
  async execute(caller: Caller, invoiceId: string): Promise<InvoiceReplay> {
    const invoice = await this.invoices.get(caller, invoiceId);
    const seen = nothingSeen();
    const [[found], accountFaults] = await this.unitOfWork.run(async (tx) => [
      await this.recount.replayed(tx, [invoice], seen),
      await this.recount.accountFaults(tx, [invoice], seen),
    ]);
    const replayed = replayedAmounts(invoice, found!);
    const violations = [
      ...figureFaults(invoice, found!),
      ...accountFaults,
      ...(await this.recount.usageFaultsOf(invoice)),
      ...(await this.paperFaults(invoice)),
    ];
    const { lines } = found!.calculation;
    const digest = await this.documents.digestOf(invoice.id);
    return {
      invoice,
      told: amountsOf(invoice),
      replayed,
      sentences: replayInFrench(invoice, { ...replayed, lines }, digest, violations),
      violations,
    };
  }

  private async paperFaults(invoice: Invoice): Promise<InvoiceViolation[]> {
    if (invoice.status !== 'FINALISED') return [];
    const { number } = invoice;
    const { isAsIssued, isChained } = await this.documents.standingOf(invoice.id);
    return [
      ...(isAsIssued ? [] : [{ code: 'DOCUMENT_DIFFERS' as const, number }]),
      ...(isChained ? [] : [{ code: 'CHAIN_BROKEN' as const, number }]),
      ...(await this.recount.paperFaults([invoice])),
    ];
  }
}
