import { isDeepStrictEqual } from 'node:util';
import { setImmediate as immediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import {
  type MarketTerms,
  memberAsOf,
  MemberHistories,
  Members,
} from '../members/members.module.js';
import { type PriceList, Prices } from '../prices/prices.module.js';
import { balanceOf, sameAmounts } from './domain/correction.js';
import { type Invoice, isDifference } from './domain/invoice.js';
import {
  calculateInvoice,
  type InvoiceCalculation,
  type InvoiceTotals,
  sameLines,
  totalsOf,
  type VatTotal,
} from './domain/invoice-calculation.js';
import type { InvoiceAmounts, InvoiceName, InvoiceViolation } from './domain/invoice-violation.js';
import { InvoiceCounters } from './numbering/invoice-counters.pg.js';
import { type InvoiceSums, IssuedInvoices } from './issued-invoices.pg.js';
import { type InvoicePlace, Invoices } from './invoices.pg.js';
import { IssuedDocuments } from './document/issued-documents.pg.js';
import { xmlAgrees } from './domain/issued-xml.js';
import { paperAgrees } from './document/issued-paper.js';
import { isCertified } from './domain/metered-usage.js';
import { inputOf } from './drafts/pricing-basis.js';
import { type MeteredUsage, UsageGateway } from './drafts/usage.gateway.js';

/** Sums over the finalised invoices. */
export type InvoiceCheck = InvoiceSums & {
  /** Empty when all hold. */
  readonly violations: readonly InvoiceViolation[];
};

/** What many invoices rest on, asked once: terms by market, prices by market and version. */
type Seen = {
  readonly terms: Map<string, MarketTerms>;
  readonly prices: Map<string, PriceList>;
  /** What metering says of the periods that begin on one day. */
  readonly usage: UsageSeen;
};

type UsageSeen = {
  start: LocalDate | undefined;
  /** By market and end. */
  readonly of: Map<string, ReadonlyMap<string, MeteredUsage>>;
};

const pageSize = 200;
const papersAtOnce = 50;
const violationsMax = 1_000;

/**
 * Numbers without gap, sums of lines equal to totals, every invoice recounted from its evidence, every paper as it was
 * issued. A page at a time in the order of periods, each in a dozen statements: what is held does not grow with the
 * invoices.
 */
@Injectable()
export class CheckInvoices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly invoices: Invoices,
    private readonly issued: IssuedInvoices,
    private readonly counters: InvoiceCounters,
    private readonly documents: IssuedDocuments,
    private readonly members: Members,
    private readonly histories: MemberHistories,
    private readonly prices: Prices,
    private readonly usage: UsageGateway,
  ) {}

  /** At most 1,000 violations. With METERED a refusal of kind `unavailable` where metering does not answer. */
  async execute(marketCode: string): Promise<InvoiceCheck> {
    const violations: InvoiceViolation[] = [];
    const usage: UsageSeen = { start: undefined, of: new Map() };
    const seen: Seen = { terms: new Map(), prices: new Map(), usage };
    for (let after: InvoicePlace | undefined; violations.length < violationsMax;) {
      const page = await this.unitOfWork.run((tx) => this.page(tx, marketCode, after, seen));
      violations.push(
        ...page.violations,
        ...(await this.paperFaults(page.invoices)),
        ...(await this.usageFaults(page.invoices, seen)),
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
    const recounted = await this.recountFaults(tx, invoices, seen);
    return {
      violations: [...invoices.flatMap(sumFaults), ...recounted],
      invoices,
      last: invoices.length < pageSize ? undefined : invoices.at(-1),
    };
  }

  /** One without a paper is named for that. What was issued never changes, so a few at a time, outside any transaction. */
  private async paperFaults(invoices: readonly Invoice[]): Promise<InvoiceViolation[]> {
    const issued = invoices.filter((one) => one.status === 'FINALISED');
    const faults: InvoiceViolation[] = [];
    for (let at = 0; at < issued.length; at += papersAtOnce) {
      const these = issued.slice(at, at + papersAtOnce);
      const papers = await this.documents.ofSeveral(these.map(({ id }) => id));
      for (const invoice of these) {
        const { number } = invoice;
        const paper = papers.get(invoice.id);
        if (paper === undefined) continue;
        const { pdf, xml } = paper;
        if (!xmlAgrees(xml.toString(), invoice)) faults.push({ code: 'XML_DIFFERS', number });
        if (!paperAgrees(pdf, xml, invoice)) faults.push({ code: 'PAPER_DIFFERS', number });
        // Reading takes milliseconds: nobody else of this process waits for many of them.
        await immediate();
      }
    }
    return faults;
  }

  /** Asked outside any transaction, once for each period. A draft that was withdrawn rests on nothing any more. */
  private async usageFaults(
    invoices: readonly Invoice[],
    { usage: seen }: Seen,
  ): Promise<InvoiceViolation[]> {
    const faults: InvoiceViolation[] = [];
    for (const invoice of invoices) {
      const { basis, status, marketCode, membershipId, period, evidence } = invoice;
      if (basis === 'ORDERED' || status === 'WITHDRAWN') continue;
      if (seen.start !== period.start) seen.of.clear();
      seen.start = period.start;
      const key = `${marketCode} ${period.end}`;
      const ofPeriod = seen.of.get(key) ?? (await this.usage.ofPeriod(marketCode, period));
      seen.of.set(key, ofPeriod);
      const metered = ofPeriod.get(membershipId);
      if (metered === undefined || !isCertified(evidence, period, metered)) {
        faults.push({ code: 'USAGE_NOT_CERTIFIED', invoice: nameOf(invoice) });
      }
    }
    return faults;
  }

  /** Computed again from orders, commitment and prices as they stood at the versions of the evidence. */
  private async recountFaults(
    tx: Transaction,
    invoices: readonly Invoice[],
    seen: Seen,
  ): Promise<InvoiceViolation[]> {
    const ids = [...new Set(invoices.map(({ membershipId }) => membershipId))];
    const histories = await this.histories.of(tx, ids);
    const faults: InvoiceViolation[] = [];
    for (const invoice of invoices) {
      const { evidence, marketCode, period, basis } = invoice;
      const history = histories.get(invoice.membershipId);
      const known = history && {
        terms: await this.termsOf(tx, marketCode, seen),
        member: memberAsOf(history, evidence),
        prices: await this.pricesAt(tx, marketCode, evidence.priceVersion, seen),
      };
      const input = known && inputOf(known, period, basis, evidence.usage, evidence.floorScope);
      const calculation =
        input === undefined ? { lines: [], ...totalsOf([]) } : calculateInvoice(input);
      if (isDifference(invoice) && invoice.kind !== 'CREDIT_NOTE') {
        faults.push(...(await this.balanceFaults(tx, invoice, calculation)));
        continue;
      }
      // A credit note has the lines and the evidence of what it credits; a complement that it credits is no calculation.
      const { lines } = isDifference(invoice) ? await this.credited(tx, invoice) : calculation;
      if (!sameLines(lines, invoice.lines)) {
        faults.push({ code: 'RECOUNT_DIFFERS', invoice: nameOf(invoice) });
      }
    }
    return faults;
  }

  private async credited(tx: Transaction, { corrects }: Invoice): Promise<Pick<Invoice, 'lines'>> {
    return corrects ? this.invoices.read(tx, corrects.invoiceId) : { lines: [] };
  }

  /** Invoices less credits up to a document of a difference are the calculation that it was made from (BIL-8). */
  private async balanceFaults(
    tx: Transaction,
    invoice: Invoice,
    calculation: InvoiceCalculation,
  ): Promise<InvoiceViolation[]> {
    if (invoice.status === 'WITHDRAWN') return [];
    const ofPeriod = await this.invoices.ofPeriod(tx, invoice.membershipId, invoice.period);
    const at = ofPeriod.findIndex(({ id }) => id === invoice.id);
    // Where rates go both ways, each has a document of its own, and one of them may have fallen since.
    const [summed, told] = [balanceOf(ofPeriod.slice(0, at + 1)), calculation].map((totals) =>
      amountsOf(atRatesOf(invoice, totals)),
    ) as [InvoiceAmounts, InvoiceAmounts];
    if (summed.netCents === told.netCents && summed.vatCents === told.vatCents) return [];
    return [{ code: 'BALANCE_DIFFERS', invoice: nameOf(invoice), summed, told }];
  }

  private async termsOf(tx: Transaction, marketCode: string, { terms }: Seen) {
    const known = terms.get(marketCode) ?? (await this.members.market(tx, marketCode));
    terms.set(marketCode, known);
    return known;
  }

  private async pricesAt(tx: Transaction, marketCode: string, version: number, { prices }: Seen) {
    const key = `${marketCode} ${version}`;
    const known = prices.get(key) ?? (await this.prices.priceList(tx, marketCode, version));
    prices.set(key, known);
    return known;
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

/** The totals say what the lines do, and of each rate too: what the books take over is that (BIL-3). */
function sumFaults(invoice: Invoice): InvoiceViolation[] {
  const { vatTotals, lines } = invoice;
  const told = amountsOf(invoice);
  // The VAT of a difference is no function of its lines: it is in the balance.
  const byLines = totalsOf(lines).vatTotals.map((total) => ({
    ...total,
    vatCents: isDifference(invoice) ? vatAt(total, vatTotals) : total.vatCents,
  }));
  const summed = amountsOf(balanceOf([{ kind: 'INVOICE', vatTotals: byLines }]));
  const holds =
    isDeepStrictEqual(summed, told) && sameAmounts({ vatTotals: byLines }, { vatTotals });
  const ofRates = amountsOf(balanceOf([{ kind: 'INVOICE', vatTotals }]));
  // The header may be right and a rate not.
  const says = isDeepStrictEqual(summed, told) ? ofRates : told;
  return holds
    ? []
    : [{ code: 'LINES_DO_NOT_ADD_UP', invoice: nameOf(invoice), summed, told: says }];
}

const vatAt = ({ vatBasisPoints }: VatTotal, totals: readonly VatTotal[]) =>
  totals.find((one) => one.vatBasisPoints === vatBasisPoints)?.vatCents ?? 0n;

const atRatesOf = ({ vatTotals }: Invoice, of: InvoiceTotals): InvoiceAmounts => {
  const rates = new Set(vatTotals.map(({ vatBasisPoints }) => vatBasisPoints));
  return balanceOf([
    {
      kind: 'INVOICE',
      vatTotals: of.vatTotals.filter(({ vatBasisPoints }) => rates.has(vatBasisPoints)),
    },
  ]);
};

const amountsOf = ({ netCents, vatCents, totalCents }: InvoiceAmounts): InvoiceAmounts => ({
  netCents,
  vatCents,
  totalCents,
});

function nameOf(invoice: Invoice): InvoiceName {
  return invoice.status === 'FINALISED' ? { number: invoice.number } : { draftId: invoice.id };
}
