import fc from 'fast-check';
import { contractYears, localDate } from '#libs/time';
import { parseUnitPrice } from '#libs/money';
import {
  amountsBehind,
  balanceOf,
  headOf,
  isCreditedBy,
  type IssuedDocument,
  mendingOf,
  type PlannedDocument,
  sameAmounts,
} from './correction.js';
import { isCredit, isDifference, type Settlement } from './invoice.js';
import { calculateInvoice, type InvoiceCalculation } from './invoice-calculation.js';

/**
 * Goal: whatever facts come after an invoice, in whatever order and whoever has paid meanwhile, invoices less credits
 * end at the calculation from the final facts, VAT included (BIL-8). Method: corrections as pure functions; an
 * invoice is issued, facts change, what is planned is issued in its turn.
 */
const period = { start: localDate('2022-10-19'), end: localDate('2023-01-19') };
const membership = { start: localDate('2022-07-19'), end: localDate('2026-07-19') };
const items = [
  { itemCode: 'ELEVE', price: '2.3500', vat: 2000 },
  { itemCode: 'PROF', price: '0.0777', vat: 2000 },
  { itemCode: 'LIVRE', price: '4.1251', vat: 550 },
];

/** Quantities of the three items, and a change within the period. */
type Facts = { readonly ordered: readonly number[]; readonly change: readonly number[] };

function owed({ ordered, change }: Facts): InvoiceCalculation {
  return calculateInvoice({
    ...{ basis: 'ORDERED', floorScope: 'ITEM', period, membership },
    contractYears: contractYears(membership.start, membership.end),
    items: items.map(({ itemCode, price, vat }, index) => ({
      ...{ itemCode, label: itemCode, commitment: [], usage: [] },
      orders: [
        { effectiveFrom: membership.start, delta: ordered[index] ?? 0 },
        { effectiveFrom: localDate('2022-11-03'), delta: change[index] ?? 0 },
      ],
      prices: [{ from: membership.start, unitPrice: parseUnitPrice(price), vatBasisPoints: vat }],
    })),
  });
}

let documents = 0;
const issue = (
  planned: Omit<IssuedDocument, 'id' | 'corrects'>,
  head?: IssuedDocument,
): IssuedDocument => ({
  ...planned,
  id: `document-${(documents += 1)}`,
  ...(head ? { corrects: { invoiceId: head.id } } : {}),
});
const first = (facts: Facts) => issue({ ...owed(facts), kind: 'INVOICE', revision: 0 });

/** Each is about the invoice of the period, or about the complement that it takes back. */
const quoted = (issued: readonly IssuedDocument[], { creditsComplement }: PlannedDocument) =>
  issued.find(({ id }) => id === creditsComplement) ?? headOf(issued);

/** All that is planned, issued. */
function mended(
  issued: readonly IssuedDocument[],
  settled: Settlement['state'] | undefined,
  facts: Facts,
): readonly IssuedDocument[] {
  const planned = mendingOf(issued, settled, owed(facts))?.documents ?? [];
  return [...issued, ...planned.map((one) => issue(one, quoted(issued, one)))];
}

const lastComplement = (issued: readonly IssuedDocument[]) =>
  issued.findLast((one) => one.kind === 'COMPLEMENT' && !isCreditedBy(one, issued));

const quantity = fc.integer({ min: 0, max: 900 });
const change = fc.integer({ min: 0, max: 60 });
const facts: fc.Arbitrary<Facts> = fc.record({
  ordered: fc.tuple(quantity, quantity, quantity),
  change: fc.tuple(change, change, change),
});
const some = facts.filter(({ ordered }) => ordered.some((one) => one > 0));

test('BIL-8: any order of corrections, paid or not, ends at invoices less credits = the final facts, VAT included', () => {
  fc.assert(
    fc.property(
      some,
      fc.array(
        fc.tuple(
          facts,
          fc.constantFrom('PAID' as const, 'REJECTED' as const, undefined),
          // Whether Chorus Pro sends the last complement back.
          fc.boolean(),
        ),
        { maxLength: 6 },
      ),
      (before, steps) => {
        let issued: readonly IssuedDocument[] = [first(before)];
        const settled = new Map<string, Settlement['state'] | undefined>();
        for (const [now, asked, isSentBack] of steps) {
          const head = headOf(issued)!;
          // What was corrected once as paid stays paid.
          if (settled.get(head.id) !== 'PAID') settled.set(head.id, asked);
          const sentBack = isSentBack ? lastComplement(issued) : undefined;
          issued = issued.map((one) =>
            one === sentBack ? { ...one, settlement: { state: 'REJECTED' } } : one,
          );
          issued = mended(issued, settled.get(head.id), now);
          if (sentBack) expect(isCreditedBy(sentBack, issued)).toBe(true);
          expect(sameAmounts(balanceOf(issued), owed(now))).toBe(true);
          expect(balanceOf(issued).totalCents).toBe(owed(now).totalCents);
          // Said again, there is nothing more to mend, but for what was rejected.
          const again = headOf(issued)!;
          const state = again.id === head.id ? settled.get(head.id) : undefined;
          expect(mendingOf(issued, state, owed(now))).toBeUndefined();
        }
        for (const { kind, lines, vatTotals } of issued) {
          expect(lines.every(({ netCents }) => netCents >= 0n)).toBe(true);
          expect(
            vatTotals.every(({ netCents, vatCents }) => netCents >= 0n && vatCents >= 0n),
          ).toBe(true);
          const summed = lines.reduce((sum, { netCents }) => sum + netCents, 0n);
          expect(summed).toBe(vatTotals.reduce((sum, { netCents }) => sum + netCents, 0n));
          if (kind !== 'CREDIT_NOTE')
            expect(isDifference({ lines })).toBe(kind !== 'INVOICE' && lines.length > 0);
        }
      },
    ),
    { numRuns: 100 },
  );
});

// 412 accounts of 2,3500 € on 92 of 365 days: 244.04, VAT 48.81. 450 of them: 266.55, VAT 53.31.
const of = (ordered: number) => ({ ordered: [ordered, 0, 0], change: [] });

test('BIL-8: not paid, or rejected: a full credit note, and the next revision', () => {
  const invoice = first(of(412));
  for (const settled of [undefined, 'REJECTED'] as const) {
    const { was, is, documents, lines } = mendingOf([invoice], settled, owed(of(450)))!;
    expect([was.totalCents, is.totalCents]).toEqual([29_285n, 31_986n]);
    expect(
      documents.map(({ kind, revision, netCents, vatCents }) => [
        kind,
        revision,
        netCents,
        vatCents,
      ]),
    ).toEqual([
      ['CREDIT_NOTE', 0, 24_404n, 4_881n],
      ['INVOICE', 1, 26_655n, 5_331n],
    ]);
    expect(documents[0]?.lines).toEqual(invoice.lines);
    expect(lines).toMatchObject([
      { wasAccountDays: 37_904n, isAccountDays: 41_400n, wasCents: 24_404n, isCents: 26_655n },
    ]);
  }
});

test('BIL-8: rejected for another reason than its figures, it is credited and replaced as it was', () => {
  const { documents } = mendingOf([first(of(412))], 'REJECTED', owed(of(412)))!;
  expect(documents.map(({ kind, totalCents }) => [kind, totalCents])).toEqual([
    ['CREDIT_NOTE', 29_285n],
    ['INVOICE', 29_285n],
  ]);
  expect(mendingOf([first(of(412))], undefined, owed(of(412)))).toBeUndefined();
});

test('BIL-8: paid: the difference, and the VAT of a difference is the difference of the two VATs', () => {
  const more = mendingOf([first(of(412))], 'PAID', owed(of(450)))!.documents;
  // 22.51 at 20 % would be 4.50 too; the VATs differ by 53.31 − 48.81.
  expect(more).toMatchObject([
    { kind: 'COMPLEMENT', revision: 0, netCents: 2_251n, vatCents: 450n, totalCents: 2_701n },
  ]);
  const less = mendingOf([first(of(450))], 'PAID', owed(of(412)))!.documents;
  expect(less).toMatchObject([{ kind: 'CREDIT_OF_DIFFERENCE', netCents: 2_251n, vatCents: 450n }]);
  // One unit at the price of the difference, so that quantity × price is the amount.
  expect(less[0]?.lines).toMatchObject([
    {
      kind: 'DIFFERENCE',
      accountDays: 1n,
      unitPrice: 225_100n,
      daysInContractYear: 1,
      netCents: 2_251n,
    },
  ]);
});

test('BIL-8: paid, and rates go both ways: one document each, without a negative line', () => {
  const before = first({ ordered: [400, 0, 10], change: [] });
  const { documents } = mendingOf([before], 'PAID', owed({ ordered: [300, 0, 20], change: [] }))!;
  expect(
    documents.map(({ kind, vatTotals }) => [kind, vatTotals.map((one) => one.vatBasisPoints)]),
  ).toEqual([
    ['CREDIT_OF_DIFFERENCE', [2000]],
    ['COMPLEMENT', [550]],
  ]);
});

test('BIL-8: paid, and two items of one rate go both ways: netted in one line', () => {
  const before = first({ ordered: [400, 100, 0], change: [] });
  const { documents } = mendingOf([before], 'PAID', owed({ ordered: [300, 900, 0], change: [] }))!;
  expect(documents.flatMap(({ lines }) => lines)).toMatchObject([
    { label: 'ELEVE, PROF', netCents: documents[0]?.netCents },
  ]);
});

test('BIL-8: a complement that was rejected is credited whole and made anew, by what is owed by then', () => {
  const paid = mended([first(of(412))], 'PAID', of(450)).map((one) =>
    one.kind === 'COMPLEMENT' ? { ...one, settlement: { state: 'REJECTED' as const } } : one,
  );
  const plannedFor = (ordered: number) =>
    mendingOf(paid, 'PAID', owed(of(ordered)))!.documents.map(
      ({ kind, netCents, vatCents, creditsComplement }) => [
        ...[kind, netCents, vatCents, creditsComplement],
      ],
    );
  const credit = ['CREDIT_NOTE', 2_251n, 450n, paid[1]!.id];
  expect(plannedFor(450)).toEqual([credit, ['COMPLEMENT', 2_251n, 450n, undefined]]);
  expect(plannedFor(412)).toEqual([credit]);
  expect(plannedFor(400).map(([kind]) => kind)).toEqual(['CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE']);
  expect(mendingOf(mended(paid, 'PAID', of(450)), 'PAID', owed(of(450)))).toBeUndefined();
});

test('BIL-7: what stands behind a line of a difference is of its items alone, however they are called, and makes its amount', () => {
  const called = (labels: readonly string[], ordered: readonly number[]) => {
    const { lines, ...totals } = owed({ ordered, change: [] });
    const label = ({ itemCode }: { itemCode: string }) =>
      labels[items.findIndex((one) => one.itemCode === itemCode)] ?? '';
    return { ...totals, lines: lines.map((line) => ({ ...line, label: label(line) })) };
  };
  for (const labels of [
    ['Compte élève', 'Compte élève CM2', 'Livre'],
    // Beyond what a line may bear.
    ['É'.repeat(200), 'P'.repeat(200), 'L'],
  ]) {
    const invoice = issue({
      ...called(labels, [400, 100, 10]),
      ...{ kind: 'INVOICE', revision: 0 },
    });
    for (const ordered of [
      [500, 300, 10],
      // Netted in one line.
      [300, 900, 10],
    ]) {
      const now = called(labels, ordered);
      const planned = mendingOf([invoice], 'PAID', now)!.documents.flatMap(({ lines }) => lines);
      expect(planned.length).toBeGreaterThan(0);
      for (const line of planned) {
        const { invoiced, owed: due, lines } = amountsBehind(line, [invoice], now.lines);
        expect([invoiced, due].every((cents) => cents > 0n)).toBe(true);
        expect(due > invoiced ? due - invoiced : invoiced - due).toBe(line.netCents);
        expect(lines.map(({ itemCode }) => itemCode)).toEqual(line.nettedItems ?? [line.itemCode]);
      }
    }
  }
});

test('BIL-8: nothing is owed any more: credited and not replaced; owed again later: replaced', () => {
  const nothing = of(0);
  const credited = mended([first(of(412))], undefined, nothing);
  expect(credited.map(({ kind }) => kind)).toEqual(['INVOICE', 'CREDIT_NOTE']);
  expect(balanceOf(credited).totalCents).toBe(0n);
  expect(mendingOf(credited, undefined, owed(nothing))).toBeUndefined();
  const again = mended(credited, undefined, of(412));
  expect(again.map(({ kind, revision }) => [kind, revision]).slice(2)).toEqual([['INVOICE', 1]]);
  expect(again.filter(({ kind }) => isCredit(kind))).toHaveLength(1);
});
