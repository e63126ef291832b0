import { localDate, type LocalDate } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { correcting, issuedOf } from '../../../test/issued-invoice.test-support.js';
import { Circuits } from '../document/circuits.js';
import type { FinalisedInvoice } from '../domain/invoice.js';
import { IssuePaper } from './issue-paper.js';
import { EInvoiceRefused } from './numbering-problems.js';
import type { Basis } from '../drafts/pricing-basis.js';
import type { PaperPrinter } from '../printing/paper-printer.js';

/**
 * Goal: each mutant of a right invoice that the reference lists in 8.2 gets no XML, and with it neither paper
 * nor number. Method: the table's rows, by hand, as changes of an invoice; where a row has no form in ours
 * (amounts are whole cents, mentions and terms are constants) it is told in `e-invoice-refusals.spec.ts` of the terms.
 */
const noPrinter = {} as PaperPrinter;
const issuePaper = new IssuePaper(new Circuits(), noPrinter);

const right = issuedOf(aDraft());
const { seller, buyer } = right;
const [first, second] = [right.lines[0]!, right.lines[1]!];
const [vat] = right.vatTotals;
const credit = correcting(undefined, [])[0]!;
const notADay = '2026-02-31' as LocalDate;

/** What it is priced from, with so many accounts committed to. */
const committedTo = (quantity: number): Basis => ({
  terms: {
    ...{ code: right.marketCode, title: right.marketTitle, version: 1, supplier: seller },
    ...{ effectiveOn: localDate('2022-07-19'), endsOn: localDate('2026-07-19') },
    ...{ contractYearStarts: [], items: [{ code: 'ELEVE', label: 'Compte élève' }] },
    ...{ basis: 'ORDERED', floorScope: 'ITEM', rhythm: 'QUARTER', numberPrefix: 'EP22' },
    ...{ contestDays: 10, paymentTermDays: 30 },
  },
  member: {
    ...{ membershipId: right.membershipId, membershipVersion: 5, ledgerHead: '' },
    ...{ organisationId: buyer.organisationId, marketCode: right.marketCode, buyer },
    period: { start: localDate('2022-07-19'), end: localDate('2026-07-19') },
    announcedEnd: null,
    ...{ chorusPro: [], rhythms: [], signed: [], ledger: [] },
    commitment: [{ itemCode: 'ELEVE', quantity, from: localDate('2022-07-19') }],
  },
  prices: { version: 1, entries: [] },
  accounts: [],
});

const more = (cents: bigint): Partial<FinalisedInvoice> => ({
  vatTotals: [{ ...vat!, vatCents: vat!.vatCents + cents }],
  vatCents: right.vatCents + cents,
  totalCents: right.totalCents + cents,
});

test('BIL-6: the right invoice and its credit note get their XML', () => {
  for (const one of [right, credit]) {
    expect(issuePaper.xmlOf(one, committedTo(412)).toString()).toContain(one.number);
  }
});

test.each<[string, FinalisedInvoice, string]>([
  [
    'line + 1',
    { ...right, lines: [{ ...first, netCents: first.netCents + 1n }, second] },
    'BT-131',
  ],
  ['sum of lines + 1', { ...right, netCents: right.netCents + 1n }, 'BR-CO-10'],
  ['gross + 1', { ...right, totalCents: right.totalCents + 1n }, 'BR-CO-15'],
  ['VAT + 5.00', { ...right, ...more(500n) }, 'BR-CO-17'],
  ['VAT + 0.90', { ...right, ...more(90n) }, 'BR-CO-17'],
  ['VAT + 0.01', { ...right, ...more(1n) }, 'BR-CO-17'],
  ['VAT − 0.01', { ...right, ...more(-1n) }, 'BR-CO-17'],
  ['VAT + 0.01 of a credit note of all', { ...credit, ...more(1n) }, 'BR-CO-17'],
  [
    'unit price 1.85 → 1.95, line kept',
    { ...right, lines: [{ ...first, unitPrice: first.unitPrice + 1_000n }, second] },
    'BT-131',
  ],
  [
    'bad SIRET of the seller',
    { ...right, seller: { ...seller, siret: '90000000100018' } },
    'BT-30',
  ],
  [
    'bad SIREN of the seller',
    { ...right, seller: { ...seller, siret: '90000000200017' } },
    'BT-30',
  ],
  [
    'bad SIRET of the recipient',
    { ...right, buyer: { ...buyer, recipientSiret: '21440109300016' } },
    'CPRO-BT-47',
  ],
  [
    'bad IBAN',
    { ...right, seller: { ...seller, iban: 'FR7630001007941234567890186' } },
    'CPRO-BT-84',
  ],
  [
    'impossible date 20260231',
    { ...right, issuedOn: notADay, dueOn: localDate('2026-03-30') },
    'DATE',
  ],
  ['impossible due date', { ...right, dueOn: notADay }, 'DATE'],
  [
    'impossible date of a line',
    { ...right, lines: [first, { ...second, period: { ...second.period, start: notADay } }] },
    'DATE',
  ],
  ['BT-1 of 36 characters', { ...right, number: 'EP22-2023-'.padEnd(36, '0') }, 'CPRO-BT-1'],
  ['avoir without BT-25/26', without(credit), 'BR-FR-CO-05'],
  [
    'avoir with an impossible BT-26',
    { ...credit, corrects: { ...credit.corrects!, issuedOn: notADay } },
    'DATE',
  ],
])('reference 8.2: « %s » is refused', (_, mutant, rule) => {
  expect(rulesAgainst(mutant, committedTo(412))).toContain(rule);
});

test('reference 8.2: a quantity below the annex-2 commitment is refused, which no official check knows', () => {
  expect(rulesAgainst(right, committedTo(451))).toEqual(['FLOOR']);
});

function rulesAgainst(invoice: FinalisedInvoice, known: Basis): readonly string[] {
  try {
    issuePaper.xmlOf(invoice, known);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(EInvoiceRefused);
    return (error as EInvoiceRefused).details['rules'] as string[];
  }
}

function without({ corrects: _corrects, ...credited }: FinalisedInvoice): FinalisedInvoice {
  return credited;
}
