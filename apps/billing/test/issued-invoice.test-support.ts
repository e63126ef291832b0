import { parseUnitPrice } from '#libs/money';
import { contractYears, localDate, periodOf } from '#libs/time';
import {
  type DraftInvoice,
  finalise,
  type FinalisedInvoice,
} from '../src/invoices/domain/invoice.js';
import {
  type BillableItem,
  type BillingBasis,
  calculateInvoice,
  type CalculationInput,
} from '../src/invoices/domain/invoice-calculation.js';
import { amountsBehind, mendingOf } from '../src/invoices/domain/correction.js';
import { explainDifference } from '../src/invoices/domain/invoice-explanation.js';
import { aDraft } from './an-invoice.test-support.js';

/** As the first of its series, on the first day on which nobody may contest it. */
export const issuedOf = (draft: DraftInvoice): FinalisedInvoice =>
  finalise(
    draft,
    { supplierSiret: draft.seller.siret, prefix: draft.numberPrefix, year: 2023 },
    1,
    localDate('2023-01-29'),
  ).invoice;

const membership = periodOf('2022-07-19', '2026-07-19');

/** What is calculated of items over the first quarters, with nothing explained. */
export function calculated(
  items: readonly BillableItem[],
  over: Partial<CalculationInput> = {},
): Pick<DraftInvoice, 'lines' | 'vatTotals' | 'netCents' | 'vatCents' | 'totalCents' | 'period'> {
  const period = over.period ?? periodOf('2022-10-19', '2023-01-19');
  const { lines, ...totals } = calculateInvoice({
    basis: 'ORDERED',
    floorScope: 'ITEM',
    membership,
    contractYears: contractYears(membership.start, membership.end),
    ...over,
    ...{ items, period },
  });
  const explanation = { sentences: [], commitment: 0, orders: [], signed: [] };
  return { ...totals, period, lines: lines.map((line) => ({ ...line, explanation })) };
}

export const anItem = (
  itemCode: string,
  quantity: number,
  { price = '2.3500', vat = 2000, label = 'Compte élève' } = {},
): BillableItem => ({
  itemCode,
  label,
  commitment: [{ from: membership.start, quantity }],
  orders: [{ effectiveFrom: membership.start, delta: quantity }],
  usage: [],
  prices: contractYears(membership.start, membership.end).map(({ start }) => ({
    from: start,
    unitPrice: parseUnitPrice(price),
    vatBasisPoints: vat,
  })),
});

/** An issued invoice of these items. */
export const issuedFor = (
  items: readonly BillableItem[],
  more: Partial<DraftInvoice> = {},
): FinalisedInvoice => issuedOf(aDraft({ ...calculated(items), ...more }));

/** What corrects the invoice of `aDraft` once these items are what is owed: issued, with its explanation. */
export function correcting(
  settled: 'PAID' | undefined,
  items: readonly BillableItem[],
  basis: BillingBasis = 'ORDERED',
): FinalisedInvoice[] {
  const head = issuedOf(aDraft({ basis }));
  const { documents, is } = mendingOf([head], settled, calculated(items)) ?? { documents: [] };
  const corrects = {
    ...{ invoiceId: head.id, number: head.number, issuedOn: head.issuedOn },
    ...{ proposalId: head.id, reason: 'Commande corrigée : trois classes ont fermé à la rentrée.' },
  };
  return documents.map((planned) => {
    const explained = planned.lines.map((line) => ({
      ...line,
      explanation: explainDifference(line, amountsBehind(line, [head], is?.lines ?? []), [], basis),
    }));
    const { seller } = aDraft();
    return issuedOf(
      aDraft({
        ...{ ...planned, basis, corrects, seller: { ...seller, iban: '' } },
        lines: planned.kind === 'CREDIT_NOTE' ? head.lines : explained,
      }),
    );
  });
}
