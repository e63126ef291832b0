import { Injectable } from '@nestjs/common';
import { CheckAnchors, sayFinding, type Transaction, UnitOfWork } from '#libs/persistence';
import { AnchoredDocuments } from './document/anchored-documents.pg.js';
import { IssuedDocuments } from './document/issued-documents.pg.js';
import type { InvoiceViolation } from './domain/invoice-violation.js';
import { type InvoiceSums, IssuedInvoices } from './issued-invoices.pg.js';
import { type InvoicePlace, Invoices } from './invoices.pg.js';
import { InvoiceCounters } from './numbering/invoice-counters.pg.js';
import { nothingSeen, RecountInvoices, type Seen } from './recount-invoices.js';

/** Sums over the finalised invoices. */
export type InvoiceCheck = InvoiceSums & {
  /** Empty when all hold. */
  readonly violations: readonly InvoiceViolation[];
};

const pageSize = 200;
const violationsMax = 1_000;

/**
 * Numbers without gap, sums of lines equal to totals, every invoice recounted from its evidence, its account as it was
 * approved, every paper as it was issued and the series as they were anchored. A page at a time in the order of periods,
 * each in a dozen statements: what is held does not grow with the invoices.
 */
@Injectable()
export class CheckInvoices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly invoices: Invoices,
    private readonly recount: RecountInvoices,
    private readonly issued: IssuedInvoices,
    private readonly counters: InvoiceCounters,
    private readonly documents: IssuedDocuments,
    private readonly anchored: AnchoredDocuments,
    private readonly anchors: CheckAnchors,
  ) {}

  /** At most 1,000 violations. With METERED a refusal of kind `unavailable` where metering does not answer. */
  async execute(marketCode: string): Promise<InvoiceCheck> {
    const violations: InvoiceViolation[] = [];
    const seen = nothingSeen();
    for (let after: InvoicePlace | undefined; violations.length < violationsMax;) {
      const page = await this.unitOfWork.run((tx) => this.page(tx, marketCode, after, seen));
      violations.push(
        ...page.violations,
        ...(await this.recount.paperFaults(page.invoices)),
        ...(await this.recount.usageFaults(page.invoices, seen)),
      );
      if (page.last === undefined) break;
      after = { periodStart: page.last.period.start, id: page.last.id };
    }
    violations.push(
      ...(await this.issued.faults(marketCode, violationsMax)),
      ...(await this.counterFaults(marketCode)),
      ...(await this.documents.broken(marketCode, violationsMax)).map((number) => ({
        code: 'DOCUMENT_DIFFERS' as const,
        number,
      })),
      ...(await this.documents.unchained(marketCode, violationsMax)).map((number) => ({
        code: 'CHAIN_BROKEN' as const,
        number,
      })),
      ...(await this.anchorFaults(marketCode)),
    );
    const sums = await this.issued.sums(marketCode);
    return { ...sums, violations: violations.slice(0, violationsMax) };
  }

  private async page(
    tx: Transaction,
    marketCode: string,
    after: InvoicePlace | undefined,
    seen: Seen,
  ) {
    const invoices = await this.invoices.page(tx, marketCode, after, pageSize);
    return {
      violations: [
        ...(await this.recount.figures(tx, invoices, seen)),
        ...(await this.recount.accountFaults(tx, invoices, seen)),
      ],
      invoices,
      last: invoices.length < pageSize ? undefined : invoices.at(-1),
    };
  }

  /** A series that holds in itself may still be another one than was anchored, or a shorter one. */
  private async anchorFaults(marketCode: string): Promise<InvoiceViolation[]> {
    const { findings } = await this.anchors.execute(await this.anchored.ofMarket(marketCode));
    return findings.map((one) => ({ code: 'NOT_AS_ANCHORED', found: sayFinding(one) }));
  }

  /** The counters of a supplier's series say as many numbers as there are invoices. */
  private async counterFaults(marketCode: string): Promise<InvoiceViolation[]> {
    const counters = await this.counters.ofMarket(marketCode);
    return counters.flatMap(({ prefix, year, invoices, lastSequence }) =>
      invoices === lastSequence
        ? []
        : {
            code: 'SERIES_COUNT_DIFFERS' as const,
            ...{ series: `${prefix}-${year}`, invoices, lastSequence },
          },
    );
  }
}
