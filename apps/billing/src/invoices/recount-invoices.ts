import { isDeepStrictEqual } from 'node:util';
import { setImmediate as immediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { together, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import {
  type MarketTerms,
  memberAsOf,
  MemberHistories,
  Members,
} from '../members/members.module.js';
import { type PriceList, Prices } from '../prices/prices.module.js';
import {
  accountsOfDrafts,
  type ApprovedAccount,
  SupplierAccounts,
} from '../supplier-accounts/supplier-accounts.module.js';
import { balanceOf, sameAmounts } from './domain/correction.js';
import { type Invoice, isCredit, isDifference } from './domain/invoice.js';
import {
  calculateInvoice,
  type InvoiceCalculation,
  type InvoiceTotals,
  sameLines,
  totalsOf,
  type VatTotal,
} from './domain/invoice-calculation.js';
import type { InvoiceAmounts, InvoiceName, InvoiceViolation } from './domain/invoice-violation.js';
import { Invoices } from './invoices.pg.js';
import { IssuedDocuments } from './document/issued-documents.pg.js';
import { xmlAgrees } from './domain/issued-xml.js';
import { paperAgrees } from './document/issued-paper.js';
import { isCertified } from './domain/metered-usage.js';
import { inputOf } from './drafts/pricing-basis.js';
import { type MeteredUsage, UsageGateway } from './drafts/usage.gateway.js';

/** What many invoices rest on, asked once: terms and accounts by market, prices by market and version. */
export type Seen = {
  readonly terms: Map<string, MarketTerms>;
  readonly prices: Map<string, PriceList>;
  readonly accounts: Map<string, readonly ApprovedAccount[]>;
  /** What metering says of the periods that begin on one day. */
  readonly usage: UsageSeen;
};

type UsageSeen = {
  start: LocalDate | undefined;
  /** By market and end. */
  readonly of: Map<string, ReadonlyMap<string, MeteredUsage>>;
};

export const nothingSeen = (): Seen => ({
  ...{ terms: new Map(), prices: new Map(), accounts: new Map() },
  usage: { start: undefined, of: new Map() },
});

/** An invoice calculated again, and what it is judged beside where it is a document of a difference. */
export type Replayed = {
  /** By what its evidence names. */
  readonly calculation: InvoiceCalculation;
  /** What it credits or completes; undefined where it does neither. */
  readonly credited: Invoice | undefined;
  /** What was issued for its period, up to and with it. */
  readonly upToIt: readonly Invoice[];
};

const papersAtOnce = 50;

/** Invoices counted again from their evidence, and compared with what was issued: some of a market's, or one alone. */
@Injectable()
export class RecountInvoices {
  constructor(
    private readonly invoices: Invoices,
    private readonly documents: IssuedDocuments,
    private readonly members: Members,
    private readonly histories: MemberHistories,
    private readonly prices: Prices,
    private readonly accounts: SupplierAccounts,
    private readonly usage: UsageGateway,
  ) {}

  /** One without a paper is named for that. What was issued never changes, so a few at a time, outside any transaction. */
  async paperFaults(invoices: readonly Invoice[]): Promise<InvoiceViolation[]> {
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
  async usageFaults(
    invoices: readonly Invoice[],
    { usage: seen }: Seen,
  ): Promise<InvoiceViolation[]> {
    const faults: InvoiceViolation[] = [];
    for (const invoice of invoices) {
      const { basis, status, marketCode, membershipId, period } = invoice;
      if (basis === 'ORDERED' || status === 'WITHDRAWN') continue;
      if (seen.start !== period.start) seen.of.clear();
      seen.start = period.start;
      const key = `${marketCode} ${period.end}`;
      const ofPeriod = seen.of.get(key) ?? (await this.usage.ofPeriod(marketCode, period));
      seen.of.set(key, ofPeriod);
      faults.push(...certificateFaults(invoice, ofPeriod.get(membershipId)));
    }
    return faults;
  }

  /** The same of one invoice: metering is asked for its member alone. */
  async usageFaultsOf(invoice: Invoice): Promise<InvoiceViolation[]> {
    const { basis, status, marketCode, membershipId, period } = invoice;
    if (basis === 'ORDERED' || status === 'WITHDRAWN') return [];
    const found = await this.usage.ofPeriod(marketCode, period, membershipId);
    return certificateFaults(invoice, found.get(membershipId));
  }

  /**
   * The sums of each, and its lines computed again from orders, commitment and prices as they stood at the versions of its
   * evidence; a document of a difference by what its period comes to. In a few statements, however many they are.
   */
  async figures(
    tx: Transaction,
    invoices: readonly Invoice[],
    seen: Seen,
  ): Promise<InvoiceViolation[]> {
    const replayed = await this.replayed(tx, invoices, seen);
    return invoices.flatMap((invoice, at) => figureFaults(invoice, replayed[at]!));
  }

  /** A document that takes money back bears no account, since nobody pays on it. */
  async accountFaults(
    tx: Transaction,
    invoices: readonly Invoice[],
    seen: Seen,
  ): Promise<InvoiceViolation[]> {
    const faults: InvoiceViolation[] = [];
    for (const invoice of invoices) {
      if (invoice.status === 'WITHDRAWN') continue;
      const { kind, marketCode, draftedOn, seller } = invoice;
      const accounts = await this.accountsOf(tx, marketCode, seen);
      const expected = isCredit(kind) ? ([''] as const) : accountsOfDrafts(accounts, draftedOn);
      if (expected.includes(seller.iban)) continue;
      const [approved] = expected;
      const borne = seller.iban;
      faults.push({
        ...{ code: 'ACCOUNT_DIFFERS', invoice: nameOf(invoice) },
        ...{ draftedOn, borne, approved },
      });
    }
    return faults;
  }

  /** What each comes to by what it rests on, in their order. */
  async replayed(tx: Transaction, invoices: readonly Invoice[], seen: Seen): Promise<Replayed[]> {
    const ids = [...new Set(invoices.map(({ membershipId }) => membershipId))];
    const histories = await this.histories.of(tx, ids);
    const beside = await this.beside(tx, invoices);
    const replayed: Replayed[] = [];
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
      const { credited, upToIt } = beside(invoice);
      replayed.push({ calculation, credited, upToIt });
    }
    return replayed;
  }

  /** What documents of a difference are judged beside, read at once. */
  private async beside(tx: Transaction, invoices: readonly Invoice[]) {
    const differences = invoices.filter((one) => isDifference(one));
    const [ofPeriods, credited] = await together(
      this.invoices.ofPeriods(tx, differences.filter(isOfBalance)),
      this.invoices.readSeveral(
        tx,
        differences.flatMap(({ corrects }) => corrects?.invoiceId ?? []),
      ),
    );
    const known = new Map(credited.map((one) => [one.id, one]));
    const byPeriod = Map.groupBy(ofPeriods, placeOf);
    return (invoice: Invoice) => {
      const ofPeriod = byPeriod.get(placeOf(invoice)) ?? [];
      const at = ofPeriod.findIndex(({ id }) => id === invoice.id);
      return {
        credited: known.get(invoice.corrects?.invoiceId ?? ''),
        upToIt: ofPeriod.slice(0, at + 1),
      };
    };
  }

  private async termsOf(tx: Transaction, marketCode: string, { terms }: Seen) {
    const known = terms.get(marketCode) ?? (await this.members.market(tx, marketCode));
    terms.set(marketCode, known);
    return known;
  }

  private async accountsOf(tx: Transaction, marketCode: string, { accounts }: Seen) {
    const known = accounts.get(marketCode) ?? (await this.accounts.approved(tx, marketCode));
    accounts.set(marketCode, known);
    return known;
  }

  private async pricesAt(tx: Transaction, marketCode: string, version: number, { prices }: Seen) {
    const key = `${marketCode} ${version}`;
    const known = prices.get(key) ?? (await this.prices.priceList(tx, marketCode, version));
    prices.set(key, known);
    return known;
  }
}

const certificateFaults = (
  invoice: Invoice,
  metered: MeteredUsage | undefined,
): InvoiceViolation[] =>
  metered !== undefined && isCertified(invoice.evidence, invoice.period, metered)
    ? []
    : [{ code: 'USAGE_NOT_CERTIFIED', invoice: nameOf(invoice) }];

/** A credit note of a whole document is none: it has the lines of what it credits. */
const isOfBalance = (invoice: Invoice): boolean =>
  isDifference(invoice) && invoice.kind !== 'CREDIT_NOTE';

const placeOf = ({ membershipId, period }: Pick<Invoice, 'membershipId' | 'period'>): string =>
  `${membershipId} ${period.start} ${period.end}`;

/** What does not hold in its sums and lines. */
export const figureFaults = (invoice: Invoice, replayed: Replayed): InvoiceViolation[] => [
  ...sumFaults(invoice),
  ...recountFaults(invoice, replayed),
];

/** What an invoice should come to by what it was calculated from again. */
export function replayedAmounts(
  invoice: Invoice,
  { calculation, credited, upToIt }: Replayed,
): InvoiceAmounts {
  if (!isDifference(invoice)) return amountsOf(calculation);
  if (!isOfBalance(invoice)) return amountsOf(credited ?? totalsOf([]));
  const owed = atRatesOf(invoice, calculation);
  const before = atRatesOf(invoice, balanceOf(upToIt.filter(({ id }) => id !== invoice.id)));
  const sign = isCredit(invoice.kind) ? -1n : 1n;
  return {
    netCents: sign * (owed.netCents - before.netCents),
    vatCents: sign * (owed.vatCents - before.vatCents),
    totalCents: sign * (owed.totalCents - before.totalCents),
  };
}

function recountFaults(invoice: Invoice, replayed: Replayed): InvoiceViolation[] {
  if (isOfBalance(invoice)) return balanceFaults(invoice, replayed);
  // A credit note has the lines and the evidence of what it credits; a complement that it credits is no calculation.
  const lines = isDifference(invoice)
    ? (replayed.credited?.lines ?? [])
    : replayed.calculation.lines;
  return sameLines(lines, invoice.lines)
    ? []
    : [{ code: 'RECOUNT_DIFFERS', invoice: nameOf(invoice) }];
}

/** Invoices less credits up to a document of a difference are the calculation that it was made from (BIL-8). */
function balanceFaults(invoice: Invoice, { calculation, upToIt }: Replayed): InvoiceViolation[] {
  if (invoice.status === 'WITHDRAWN') return [];
  // Where rates go both ways, each has a document of its own, and one of them may have fallen since.
  const [summed, told] = [balanceOf(upToIt), calculation].map((totals) =>
    amountsOf(atRatesOf(invoice, totals)),
  ) as [InvoiceAmounts, InvoiceAmounts];
  if (summed.netCents === told.netCents && summed.vatCents === told.vatCents) return [];
  return [{ code: 'BALANCE_DIFFERS', invoice: nameOf(invoice), summed, told }];
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

export const amountsOf = ({ netCents, vatCents, totalCents }: InvoiceAmounts): InvoiceAmounts => ({
  netCents,
  vatCents,
  totalCents,
});

function nameOf(invoice: Invoice): InvoiceName {
  return invoice.status === 'FINALISED' ? { number: invoice.number } : { draftId: invoice.id };
}
