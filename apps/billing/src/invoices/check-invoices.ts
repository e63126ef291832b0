import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { type FinalisedInvoice, type Invoice } from './domain/invoice.js';
import { calculateInvoice, sameLines, totalsOf } from './domain/invoice-calculation.js';
import type { InvoiceAmounts, InvoiceName, InvoiceViolation } from './domain/invoice-violation.js';
import { InvoiceCounters } from './invoice-counters.pg.js';
import { Invoices } from './invoices.pg.js';
import { inputOf, PricingBasis } from './pricing-basis.js';

export type InvoiceCheck = {
  readonly invoices: number;
  readonly drafts: number;
  /** Sums over the finalised invoices. */
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
  /** Empty when all hold. */
  readonly violations: readonly InvoiceViolation[];
};

const pageSize = 200;

/** Numbers without gap, sums of lines equal to totals, every invoice recounted from its evidence. */
@Injectable()
export class CheckInvoices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: Invoices,
    private readonly counters: InvoiceCounters,
    private readonly basis: PricingBasis,
  ) {}

  async execute(marketCode: string): Promise<InvoiceCheck> {
    const violations: InvoiceViolation[] = [];
    const finalised: FinalisedInvoice[] = [];
    let drafts = 0;
    for await (const invoice of this.everyInvoice(marketCode)) {
      violations.push(...sumFaults(invoice), ...(await this.recountFaults(invoice)));
      if (invoice.status === 'FINALISED') finalised.push(invoice);
      else if (invoice.status === 'DRAFT') drafts += 1;
    }
    violations.push(
      ...numberFaults(finalised),
      ...(await this.seriesFaults(marketCode, finalised)),
    );
    const sum = (pick: (invoice: Invoice) => bigint) =>
      finalised.reduce((total, invoice) => total + pick(invoice), 0n);
    return {
      invoices: finalised.length,
      drafts,
      netCents: sum((invoice) => invoice.netCents),
      vatCents: sum((invoice) => invoice.vatCents),
      totalCents: sum((invoice) => invoice.totalCents),
      violations,
    };
  }

  private async *everyInvoice(marketCode: string): AsyncGenerator<Invoice> {
    let afterId = '';
    for (;;) {
      const ids = await this.reader.idsOf(marketCode, afterId, pageSize);
      for (const id of ids) yield await this.reader.get(id);
      if (ids.length < pageSize) return;
      afterId = ids.at(-1) ?? '';
    }
  }

  /** Computed again from orders, commitment and prices as they stood at the versions of the evidence. */
  private recountFaults(invoice: Invoice): Promise<InvoiceViolation[]> {
    return this.unitOfWork.run(async (tx) => {
      const basis = await this.basis.asOf(tx, invoice.membershipId, invoice.evidence);
      const { usage, floorScope } = invoice.evidence;
      const input = basis && inputOf(basis, invoice.period, invoice.basis, usage, floorScope);
      const recounted = input === undefined ? [] : calculateInvoice(input).lines;
      return sameLines(recounted, invoice.lines)
        ? []
        : [{ code: 'RECOUNT_DIFFERS', invoice: nameOf(invoice) }];
    });
  }

  /** The counters of a supplier's series say as many numbers as there are invoices. */
  private async seriesFaults(
    marketCode: string,
    finalised: readonly FinalisedInvoice[],
  ): Promise<InvoiceViolation[]> {
    const counters = await this.counters.ofMarket(marketCode);
    return counters.flatMap((state) => {
      const series = `${state.prefix}-${state.year}`;
      const { lastSequence } = state;
      const invoices = finalised.filter(
        (invoice) =>
          invoice.seller.siret === state.supplierSiret && invoice.number.startsWith(`${series}-`),
      ).length;
      if (invoices === lastSequence) return [];
      return [{ code: 'SERIES_COUNT_DIFFERS', series, invoices, lastSequence }];
    });
  }
}

function sumFaults(invoice: Invoice): InvoiceViolation[] {
  const summed = amountsOf(totalsOf(invoice.lines));
  const told = amountsOf(invoice);
  const holds =
    summed.netCents === told.netCents &&
    summed.vatCents === told.vatCents &&
    summed.totalCents === told.totalCents;
  return holds ? [] : [{ code: 'LINES_DO_NOT_ADD_UP', invoice: nameOf(invoice), summed, told }];
}

const amountsOf = ({ netCents, vatCents, totalCents }: InvoiceAmounts): InvoiceAmounts => ({
  netCents,
  vatCents,
  totalCents,
});

/** From 1 upwards without gap in each series, and issue dates that never go back (BIL-4). */
function numberFaults(finalised: readonly FinalisedInvoice[]): InvoiceViolation[] {
  const bySeries = new Map<string, FinalisedInvoice[]>();
  for (const invoice of finalised) {
    const series = `${invoice.seller.siret} ${invoice.number.slice(0, invoice.number.lastIndexOf('-'))}`;
    bySeries.set(series, [...(bySeries.get(series) ?? []), invoice]);
  }
  return [...bySeries.values()].flatMap((invoices) => {
    const ordered = invoices.sort((a, b) => a.sequence - b.sequence);
    return ordered.flatMap((invoice, index) => {
      const { number, sequence, issuedOn } = invoice;
      const previous = ordered[index - 1];
      const position = index + 1;
      const faults: InvoiceViolation[] = [];
      if (sequence !== position) {
        faults.push({ code: 'NUMBER_MISSING', number, sequence, position });
      }
      if (previous !== undefined && previous.issuedOn > issuedOn) {
        const { number: previousNumber, issuedOn: previousIssuedOn } = previous;
        const days = { issuedOn, previousNumber, previousIssuedOn };
        faults.push({ code: 'ISSUED_BEFORE_PREVIOUS', number, ...days });
      }
      return faults;
    });
  });
}

function nameOf(invoice: Invoice): InvoiceName {
  return invoice.status === 'FINALISED' ? { number: invoice.number } : { draftId: invoice.id };
}
