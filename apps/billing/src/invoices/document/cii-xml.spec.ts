import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { unitPriceDecimal } from '#libs/money';
import { addDays, localDate, periodOf } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import {
  anItem,
  calculated,
  issuedFor,
  issuedOf,
} from '../../../test/issued-invoice.test-support.js';
import { eInvoiceOf } from '../domain/e-invoice.js';
import { refusalsOf } from '../domain/e-invoice-refusals.js';
import type { FinalisedInvoice } from '../domain/invoice.js';
import { ciiXml } from './cii-xml.js';
import { faultsOf } from '../../../test/cii-arithmetic.test-support.js';

/**
 * Goal: the XML says what was issued, each term at its place, and adds up by the rules of EN 16931. Method: one document
 * by hand; any invoice that can be issued, added up again from the XML alone by code that shares nothing with ours.
 */
const xmlOf = (invoice: FinalisedInvoice, circuit: 'CPRO' | 'AFNOR' = 'CPRO') =>
  ciiXml(eInvoiceOf(invoice, circuit)).toString();

test('BIL-6: worked example 2 is written as it stands in the golden file, which was made by hand', () => {
  const golden = join(import.meta.dirname, '../../../test/factur-x-example-2.xml');
  expect(xmlOf(issuedOf(aDraft()))).toBe(readFileSync(golden, 'utf8'));
});

test('the same invoice gives the same bytes', () => {
  expect(xmlOf(issuedOf(aDraft()))).toBe(xmlOf(issuedOf(aDraft())));
});

const quantities = fc.integer({ min: 1, max: 250_000 });
const prices = fc.integer({ min: 0, max: 99_999_999 }).map((n) => unitPriceDecimal(BigInt(n)));
const items = fc
  .array(
    fc.record({
      quantity: quantities,
      price: prices,
      vat: fc.constantFrom(0, 550, 850, 1000, 2000),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((all) => all.map(({ quantity, ...how }, at) => anItem(`ARTICLE_${at}`, quantity, how)));
const billed = fc
  .tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 366 }))
  .map(([from, days]) => {
    const start = addDays(localDate('2022-07-19'), from);
    return periodOf(start, addDays(start, days));
  });

test('BIL-3, BIL-6: any invoice adds up from its XML alone (BR-CO, BR-S, BR-DEC), and nobody has it refused', () => {
  fc.assert(
    fc.property(
      items,
      billed,
      fc.constantFrom('CPRO' as const, 'AFNOR' as const),
      (all, period, circuit) => {
        const invoice = issuedOf(aDraft(calculated(all, { period })));
        expect(faultsOf(xmlOf(invoice, circuit))).toEqual([]);
        expect(refusalsOf(eInvoiceOf(invoice, circuit))).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test('the check by other code sees a cent, a price and a rate that do not fit', () => {
  const xml = xmlOf(issuedOf(aDraft()));
  const changed: [string, string][] = [
    ['<ram:LineTotalAmount>39.79<', '<ram:LineTotalAmount>39.80<'],
    ['<ram:CalculatedAmount>52.58<', '<ram:CalculatedAmount>52.59<'],
    ['<ram:ChargeAmount>2.3500<', '<ram:ChargeAmount>2.4500<'],
    ['<ram:GrandTotalAmount>315.46<', '<ram:GrandTotalAmount>315.47<'],
    ['<ram:DuePayableAmount>315.46<', '<ram:DuePayableAmount>315.4<'],
  ];
  expect(faultsOf(xml)).toEqual([]);
  for (const [right, wrong] of changed) {
    expect(xml).toContain(right);
    expect(faultsOf(xml.replace(right, wrong))).not.toEqual([]);
  }
});

test('BR-FR-02: no name breaks the XML: control characters, doubled spaces, halves of characters', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.oneof(
          fc.string({ unit: 'binary', maxLength: 1 }),
          fc.constantFrom(' ', '\n', '\0', '&', '<', '\ud800', '\uffff', ']]>'),
        ),
        maxLength: 40,
      }),
      (name) => {
        const { buyer } = aDraft();
        const xml = xmlOf(
          issuedFor([anItem('ELEVE', 1)], { buyer: { ...buyer, name: `A ${name} B` } }),
        );
        const written = /<ram:BuyerTradeParty>\s*<ram:Name>([^<]*)</.exec(xml)?.[1] ?? '';
        expect(written).toMatch(/^A( \S+)* ?\S* ?B$/u);
        expect(written).not.toMatch(/[\p{Cc}\p{Cs}\ufffe\uffff<]|  /u);
        expect(written.replace(/&(amp|lt|gt|quot);/g, '')).not.toContain('&');
      },
    ),
  );
});
