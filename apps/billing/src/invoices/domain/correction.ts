import type { Cents } from '#libs/money';
import { daysIn, type Period } from '#libs/time';
import { type FinalisedInvoice, type InvoiceKind, isCredit, type Settlement } from './invoice.js';
import type {
  InvoiceCalculation,
  InvoiceLine,
  InvoiceTotals,
  VatTotal,
} from './invoice-calculation.js';

/** A document of one membership and period that has its number: invoices count up, credits down (BIL-8). */
export type IssuedDocument = InvoiceTotals &
  Pick<FinalisedInvoice, 'id' | 'kind' | 'revision'> & {
    readonly lines: readonly InvoiceLine[];
    /** What it credits or completes. */
    readonly corrects?: { readonly invoiceId: string };
    readonly settlement?: Pick<Settlement, 'state'>;
  };

/** Where items of one rate go both ways, one line nets them. */
export type PlannedLine = InvoiceLine & { readonly nettedItems?: readonly string[] };

/** What is to be issued so that invoices less credits say what the facts say. */
export type PlannedDocument = InvoiceTotals & {
  readonly kind: InvoiceKind;
  readonly revision: number;
  readonly lines: readonly PlannedLine[];
  /** The complement that it takes back; absent: it is about the invoice of the period. */
  readonly creditsComplement?: string;
};

/** One line as it was invoiced and as it is owed; one of both sides may be nothing. */
export type LineChange = Pick<
  InvoiceLine,
  'itemCode' | 'label' | 'kind' | 'period' | 'vatBasisPoints'
> & {
  readonly wasAccountDays: bigint;
  readonly isAccountDays: bigint;
  readonly wasCents: Cents;
  readonly isCents: Cents;
};

export type Mending = {
  /** Invoices less credits, as issued. */
  readonly was: InvoiceTotals;
  /** The calculation from the facts as they are known now. */
  readonly is: InvoiceCalculation;
  readonly lines: readonly LineChange[];
  /** In the order in which they are issued. */
  readonly documents: readonly PlannedDocument[];
};

/** The invoice of the period that counts, credited or not: of those issued the last revision. */
export const headOf = <Document extends Pick<IssuedDocument, 'kind' | 'revision'>>(
  issued: readonly Document[],
): Document | undefined =>
  issued
    .filter(({ kind }) => kind === 'INVOICE')
    .sort((a, b) => a.revision - b.revision)
    .at(-1);

export const isCreditedBy = (
  head: Pick<IssuedDocument, 'id'>,
  documents: readonly Pick<IssuedDocument, 'kind' | 'corrects'>[],
): boolean =>
  documents.some(({ kind, corrects }) => kind === 'CREDIT_NOTE' && corrects?.invoiceId === head.id);

/**
 * BIL-8, one rule. Rejected or not paid: a full credit note and the next revision. Paid: the difference, as a credit
 * note where less is owed and as a complementary invoice where more is; where rates go both ways, one of each, so that
 * no line is ever negative. A complement that was rejected is credited whole first, so that the difference is what the
 * others leave: it is made anew with the parties' data of the day. The VAT of a difference is the difference of the two
 * VATs. Undefined where there is nothing to mend.
 */
export function mendingOf(
  issued: readonly IssuedDocument[],
  settled: Settlement['state'] | undefined,
  calculation: InvoiceCalculation,
): Mending | undefined {
  const head = headOf(issued);
  if (head === undefined) return undefined;
  const documents = plannedDocuments(head, issued, settled, calculation);
  if (documents.length === 0) return undefined;
  const was = balanceOf(issued);
  return { was, is: calculation, lines: lineChanges(issued, calculation.lines), documents };
}

function plannedDocuments(
  head: IssuedDocument,
  issued: readonly IssuedDocument[],
  settled: Settlement['state'] | undefined,
  calculation: InvoiceCalculation,
): PlannedDocument[] {
  const replacement: PlannedDocument = {
    ...{ ...calculation, kind: 'INVOICE', revision: head.revision + 1 },
  };
  const replaced = calculation.lines.length === 0 ? [] : [replacement];
  if (isCreditedBy(head, issued)) return replaced;
  if (settled === 'PAID') {
    const rejected = rejectedComplement(issued);
    if (rejected === undefined) return differencesOf(issued, calculation);
    const credit = { ...wholeOf(rejected), creditsComplement: rejected.id };
    return [credit, ...differencesOf([...issued, { ...credit, id: '' }], calculation)];
  }
  if (settled !== 'REJECTED' && sameAmounts(balanceOf(issued), calculation)) return [];
  return [wholeOf(head), ...replaced];
}

/** One at a time: what two persons agree on has one credit note. */
const rejectedComplement = (issued: readonly IssuedDocument[]): IssuedDocument | undefined =>
  issued.find(
    (one) =>
      one.kind === 'COMPLEMENT' &&
      one.settlement?.state === 'REJECTED' &&
      !isCreditedBy(one, issued),
  );

/** A credit note of all that a document says. */
function wholeOf(document: IssuedDocument): PlannedDocument {
  const { lines, vatTotals, netCents, vatCents, totalCents, revision } = document;
  const totals = { vatTotals, netCents, vatCents, totalCents };
  return { ...totals, kind: 'CREDIT_NOTE', revision, lines };
}

/**
 * What more or less is owed than what was issued says, once its invoice is paid. Each rate belongs to one document, so each
 * adds up by itself and both together are the difference, VAT included.
 */
export function differencesOf(
  issued: readonly IssuedDocument[],
  { vatTotals, lines }: InvoiceCalculation,
): PlannedDocument[] {
  const revision = headOf(issued)?.revision ?? 0;
  const period = periodOf(issued);
  const differences = subtracted(vatTotals, balanceOf(issued).vatTotals);
  const document = (kind: InvoiceKind, sign: bigint): PlannedDocument[] => {
    const mine = differences
      .filter(({ netCents }) => netCents * sign > 0n)
      .map((total) => signed(total, sign));
    if (mine.length === 0) return [];
    const differing = mine.flatMap((total) =>
      differenceLines(total, period, (item) => sign * differenceOf(item, total, issued, lines)),
    );
    return [{ kind, revision, lines: differing, ...totalsFrom(mine) }];
  };
  return [...document('CREDIT_OF_DIFFERENCE', -1n), ...document('COMPLEMENT', 1n)];

  function differenceLines(
    { vatBasisPoints, netCents }: VatTotal,
    of: Period,
    differs: (itemCode: string) => Cents,
  ): PlannedLine[] {
    const items = itemsOf([...issued.flatMap((one) => one.lines), ...lines], vatBasisPoints);
    const changed = items
      .map((item) => ({ ...item, cents: differs(item.itemCode) }))
      .filter(({ cents }) => cents !== 0n);
    // An item against the others of its rate is netted with them.
    const nettedItems = changed.map(({ itemCode }) => itemCode);
    const label = changed.map((one) => one.label).join(', ');
    const together: ((typeof changed)[number] & Pick<PlannedLine, 'nettedItems'>)[] = changed.some(
      ({ cents }) => cents < 0n,
    )
      ? [{ ...changed[0]!, label, cents: netCents, nettedItems }]
      : changed;
    return together.map(({ cents, ...item }) => ({
      ...{ ...item, label: item.label.slice(0, 200), kind: 'DIFFERENCE', period: of },
      days: daysIn(of),
      // One unit at the price of the difference: quantity × price is the amount, to the cent.
      ...{ daysInContractYear: 1, quantity: null, commitment: 0, accountDays: 1n },
      ...{ unitPrice: cents * 100n, vatBasisPoints, netCents: cents },
    }));
  }
}

/** What the items of a line of a difference were invoiced at its rate, and what they owe by these lines. */
export function amountsBehind(
  {
    itemCode,
    nettedItems = [itemCode],
    vatBasisPoints,
  }: Pick<PlannedLine, 'itemCode' | 'nettedItems' | 'vatBasisPoints'>,
  issued: readonly Pick<IssuedDocument, 'kind' | 'lines'>[],
  owed: readonly InvoiceLine[],
): { readonly invoiced: Cents; readonly owed: Cents; readonly lines: readonly InvoiceLine[] } {
  const linesOf = (lines: readonly InvoiceLine[]) =>
    lines.filter(
      (one) => one.vatBasisPoints === vatBasisPoints && nettedItems.includes(one.itemCode),
    );
  const netOf = (lines: readonly InvoiceLine[]) =>
    linesOf(lines).reduce((sum, { netCents }) => sum + netCents, 0n);
  const invoiced = issued.reduce((sum, one) => sum + signOf(one) * netOf(one.lines), 0n);
  return { invoiced, owed: netOf(owed), lines: linesOf(owed) };
}

/** What an item owes more (or less) at a rate than was invoiced. */
function differenceOf(
  itemCode: string,
  { vatBasisPoints }: VatTotal,
  issued: readonly IssuedDocument[],
  lines: readonly InvoiceLine[],
): Cents {
  const { invoiced, owed } = amountsBehind({ itemCode, vatBasisPoints }, issued, lines);
  return owed - invoiced;
}

function itemsOf(lines: readonly InvoiceLine[], rate: number) {
  const items = lines.filter(({ vatBasisPoints }) => vatBasisPoints === rate);
  return [...new Map(items.map(({ itemCode, label }) => [itemCode, { itemCode, label }])).values()];
}

/** Invoices less credits, rate by rate. */
export function balanceOf(
  documents: readonly Pick<IssuedDocument, 'kind' | 'vatTotals'>[],
): InvoiceTotals {
  const zero = { netCents: 0n, vatCents: 0n };
  const rates = new Map<number, { netCents: Cents; vatCents: Cents }>();
  for (const document of documents) {
    for (const { vatBasisPoints, netCents, vatCents } of document.vatTotals) {
      const known = rates.get(vatBasisPoints) ?? zero;
      rates.set(vatBasisPoints, {
        netCents: known.netCents + signOf(document) * netCents,
        vatCents: known.vatCents + signOf(document) * vatCents,
      });
    }
  }
  return totalsFrom(
    [...rates].sort(([a], [b]) => b - a).map(([rate, sums]) => ({ vatBasisPoints: rate, ...sums })),
  );
}

/** Whether both say the same of every rate; one that is nothing may be left out. */
export function sameAmounts(
  left: Pick<InvoiceTotals, 'vatTotals'>,
  right: Pick<InvoiceTotals, 'vatTotals'>,
): boolean {
  return subtracted(left.vatTotals, right.vatTotals).every(
    ({ netCents, vatCents }) => netCents === 0n && vatCents === 0n,
  );
}

function subtracted(from: readonly VatTotal[], what: readonly VatTotal[]): VatTotal[] {
  const rates = [...new Set([...from, ...what].map(({ vatBasisPoints }) => vatBasisPoints))];
  return rates
    .sort((a, b) => b - a)
    .map((rate) => {
      const [left, right] = [from, what].map((totals) =>
        totals.find(({ vatBasisPoints }) => vatBasisPoints === rate),
      );
      return {
        vatBasisPoints: rate,
        netCents: (left?.netCents ?? 0n) - (right?.netCents ?? 0n),
        vatCents: (left?.vatCents ?? 0n) - (right?.vatCents ?? 0n),
      };
    });
}

/** VAT is what the rates say, never reckoned again: a difference may be a cent beside rate × base. */
function totalsFrom(vatTotals: readonly VatTotal[]): InvoiceTotals {
  const netCents = vatTotals.reduce((sum, total) => sum + total.netCents, 0n);
  const vatCents = vatTotals.reduce((sum, total) => sum + total.vatCents, 0n);
  return { vatTotals, netCents, vatCents, totalCents: netCents + vatCents };
}

/** Each line that is owed otherwise than it was invoiced, by item and day. */
export function lineChanges(
  issued: readonly Pick<IssuedDocument, 'kind' | 'lines'>[],
  owed: readonly InvoiceLine[],
): LineChange[] {
  const changes = new Map<string, LineChange>();
  const add = (line: InvoiceLine, was: bigint, is: bigint) => {
    const { itemCode, label, kind, period, vatBasisPoints } = line;
    const key = [itemCode, kind, period.start, period.end, vatBasisPoints, line.unitPrice].join(
      '|',
    );
    const known = changes.get(key) ?? {
      ...{ itemCode, label, kind, period, vatBasisPoints },
      ...{ wasAccountDays: 0n, isAccountDays: 0n, wasCents: 0n, isCents: 0n },
    };
    changes.set(key, {
      ...known,
      wasAccountDays: known.wasAccountDays + was * line.accountDays,
      isAccountDays: known.isAccountDays + is * line.accountDays,
      wasCents: known.wasCents + was * line.netCents,
      isCents: known.isCents + is * line.netCents,
    });
  };
  for (const one of issued) for (const line of one.lines) add(line, signOf(one), 0n);
  for (const line of owed) add(line, 0n, 1n);
  return [...changes.values()]
    .filter((one) => one.wasCents !== one.isCents || one.wasAccountDays !== one.isAccountDays)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

const placeOf = ({ itemCode, period, kind, vatBasisPoints }: LineChange): string =>
  [itemCode, period.start, period.end, kind, vatBasisPoints].join(' ');

const signOf = ({ kind }: Pick<IssuedDocument, 'kind'>): bigint => (isCredit(kind) ? -1n : 1n);

const signed = ({ vatBasisPoints, netCents, vatCents }: VatTotal, sign: bigint): VatTotal => ({
  ...{ vatBasisPoints, netCents: netCents * sign, vatCents: vatCents * sign },
});

/** All documents of a chain are of one period; a line of a difference is of all its days. */
function periodOf(issued: readonly IssuedDocument[]): Period {
  const lines = issued.flatMap((one) => one.lines);
  const starts = lines.map(({ period }) => period.start).sort();
  const ends = lines.map(({ period }) => period.end).sort();
  return { start: starts[0]!, end: ends.at(-1)! };
}
