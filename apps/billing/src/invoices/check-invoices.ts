import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { type FinalisedInvoice, type Invoice } from './domain/invoice.js';
import { calculateInvoice, type InvoiceLine, totalsOf } from './domain/invoice-calculation.js';
import { InvoiceReader } from './invoices.reader.js';
import { inputOf, PricingBasis } from './pricing-basis.js';

export type InvoiceCheck = {
  readonly invoices: number;
  readonly drafts: number;
  /** Sums over the finalised invoices. */
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
  readonly violations: readonly string[];
};

const pageSize = 200;

/** Numbers without gap, sums of lines equal to totals, every invoice recounted from its evidence. */
@Injectable()
export class CheckInvoices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: InvoiceReader,
    private readonly basis: PricingBasis,
  ) {}

  async execute(marketCode: string): Promise<InvoiceCheck> {
    const violations: string[] = [];
    const finalised: FinalisedInvoice[] = [];
    let drafts = 0;
    for await (const invoice of this.everyInvoice(marketCode)) {
      violations.push(...sumFaults(invoice), ...(await this.recountFaults(invoice)));
      if (invoice.status === 'FINALISED') finalised.push(invoice);
      else drafts += 1;
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
  private recountFaults(invoice: Invoice): Promise<string[]> {
    return this.unitOfWork.run(async (tx) => {
      const basis = await this.basis.asOf(tx, invoice.membershipId, invoice.evidence);
      const input = basis && inputOf(basis, invoice.period, invoice.basis, invoice.evidence.usage);
      const recounted = input === undefined ? [] : calculateInvoice(input).lines;
      const same = fingerprint(recounted) === fingerprint(invoice.lines);
      return same ? [] : [`${nameOf(invoice)}: a recount from its evidence gives other lines`];
    });
  }

  /** The counters of a supplier's series say as many numbers as there are invoices. */
  private async seriesFaults(
    marketCode: string,
    finalised: readonly FinalisedInvoice[],
  ): Promise<string[]> {
    const series = await this.reader.seriesOf(marketCode);
    return series.flatMap((state) => {
      const label = `${state.prefix}-${state.year}`;
      const count = finalised.filter(
        (invoice) =>
          invoice.seller.siret === state.supplierSiret && invoice.number.startsWith(`${label}-`),
      ).length;
      return count === state.lastSequence
        ? []
        : [`Series ${label}: ${count} invoices, but the counter says ${state.lastSequence}`];
    });
  }
}

function sumFaults(invoice: Invoice): string[] {
  const { netCents, vatCents, totalCents } = totalsOf(invoice.lines);
  const holds =
    netCents === invoice.netCents &&
    vatCents === invoice.vatCents &&
    totalCents === invoice.totalCents;
  return holds ? [] : [`${nameOf(invoice)}: its lines do not add up to its totals`];
}

/** From 1 upwards without gap in each series, and issue dates that never go back (BIL-4). */
function numberFaults(finalised: readonly FinalisedInvoice[]): string[] {
  const bySeries = new Map<string, FinalisedInvoice[]>();
  for (const invoice of finalised) {
    const series = `${invoice.seller.siret} ${invoice.number.slice(0, invoice.number.lastIndexOf('-'))}`;
    bySeries.set(series, [...(bySeries.get(series) ?? []), invoice]);
  }
  return [...bySeries.values()].flatMap((invoices) => {
    const ordered = invoices.sort((a, b) => a.sequence - b.sequence);
    return ordered.flatMap((invoice, index) => {
      const previous = ordered[index - 1];
      const faults: string[] = [];
      if (invoice.sequence !== index + 1)
        faults.push(`${invoice.number}: a number before it is missing`);
      if (previous !== undefined && previous.issuedOn > invoice.issuedOn) {
        faults.push(`${invoice.number}: issued before ${previous.number}`);
      }
      return faults;
    });
  });
}

function fingerprint(lines: readonly InvoiceLine[]): string {
  return lines
    .map((line) =>
      [
        line.itemCode,
        line.kind,
        line.period.start,
        line.period.end,
        line.quantity,
        line.commitment,
        line.accountDays,
        line.unitPrice,
        line.vatBasisPoints,
        line.netCents,
      ].join('|'),
    )
    .join('\n');
}

function nameOf(invoice: Invoice): string {
  return invoice.status === 'FINALISED' ? invoice.number : `draft ${invoice.id}`;
}
