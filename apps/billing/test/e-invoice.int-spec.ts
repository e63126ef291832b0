import { jest } from '@jest/globals';
import { Validators } from '../../../test/support/validators/validators.js';
import { type Circuit, eInvoiceOf } from '../src/invoices/domain/e-invoice.js';
import type { FinalisedInvoice } from '../src/invoices/domain/invoice.js';
import { refusalsOf } from '../src/invoices/domain/e-invoice-refusals.js';
import { ciiXml } from '../src/invoices/document/cii-xml.js';
import { aDraft } from './an-invoice.test-support.js';
import { anItem, calculated, issuedFor, issuedOf } from './issued-invoice.test-support.js';

/**
 * Goal: every kind of invoice that we issue is one in the eyes of EN 16931 (BIL-6). Method: Mustang's validator, which
 * nobody here wrote, judges the XML; the rules that fired are counted.
 */
jest.setTimeout(180_000);

let validators: Validators;
beforeAll(async () => (validators = await Validators.start()));
afterAll(() => validators.stop());

const judged = (invoice: FinalisedInvoice, circuit: Circuit = 'CPRO') =>
  validators.invoice(ciiXml(eInvoiceOf(invoice, circuit)), 'factur-x.xml');

const metered = calculated(
  [
    {
      ...anItem('ELEVE', 412),
      usage: [{ date: calculated([anItem('ELEVE', 1)]).period.start, accounts: 300 }],
    },
  ],
  { basis: 'METERED' },
);
const many = Array.from({ length: 200 }, (_, n) =>
  anItem(`ARTICLE_${n}`, n + 1, { price: '1.2345' }),
);
const { seller, buyer } = aDraft();

const kinds: [string, FinalisedInvoice][] = [
  ['of one line', issuedFor([anItem('ELEVE', 412)])],
  ['cut where an order took effect', issuedOf(aDraft())],
  ['of 200 lines', issuedFor(many)],
  [
    'at two rates',
    issuedFor([anItem('ELEVE', 412), anItem('LIVRE', 12, { vat: 550, price: '4.1250' })]),
  ],
  ['at 8.5 %, as in Réunion', issuedFor([anItem('ELEVE', 412, { vat: 850 })])],
  [
    'exempt by art. 293 B, of a seller without VAT number',
    issuedFor([anItem('ELEVE', 412, { vat: 0 })], { seller: { ...seller, vatNumber: '' } }),
  ],
  ['metered, with its complement', issuedOf(aDraft({ ...metered, basis: 'METERED' }))],
  [
    'with & < > " œ and U+2019 in its names',
    issuedFor([anItem('ELEVE', 412, { label: 'Compte « élève » & <œuvre> d’école' })], {
      buyer: { ...buyer, name: 'Commune de Saint-Cœur & de l’Œuvre  "double"' },
    }),
  ],
  [
    'of a member that gave nothing but its SIRET',
    issuedFor([anItem('ELEVE', 412)], {
      buyer: { ...buyer, serviceCode: '', purchaseOrderNumber: '', marketNumber: '', address: '' },
      seller: { ...seller, iban: '', legalMentions: '' },
    }),
  ],
];

test.each(kinds)('BIL-6: EN 16931 takes an invoice %s, and so do we', async (_, invoice) => {
  const verdict = await judged(invoice);
  expect(verdict).toMatchObject({ valid: true, findings: [] });
  expect(verdict.fired).toBeGreaterThan(60);
  expect(refusalsOf(eInvoiceOf(invoice, 'CPRO'))).toEqual([]);
});

test('BIL-6: EN 16931 takes both circuits; each puts the SIRET where its own readers look', async () => {
  const invoice = issuedOf(aDraft());
  const ids = (circuit: Circuit) =>
    [
      ...ciiXml(eInvoiceOf(invoice, circuit))
        .toString()
        .matchAll(/schemeID="(0\d+)">(\w+)</g),
    ].map(([, scheme, id]) => `${scheme} ${id}`);
  expect(ids('CPRO')).toEqual(['0002 90000000100017', '0002 21440109300015']);
  expect(ids('AFNOR')).toEqual([
    ...['0009 90000000100017', '0002 900000001', '0225 900000001_90000000100017'],
    ...['0009 21440109300015', '0002 214401093', '0225 214401093_21440109300015'],
  ]);
  expect(await judged(invoice, 'AFNOR')).toMatchObject({ valid: true, findings: [] });
});

test('BIL-8: EN 16931 takes a credit note that quotes one invoice', async () => {
  const terms = eInvoiceOf(issuedOf(aDraft()), 'CPRO');
  const preceding = { number: 'EP22-2022-000004', issuedOn: terms.issuedOn };
  const xml = ciiXml({ ...terms, type: '381', preceding });
  expect(await validators.invoice(xml, 'avoir.xml')).toMatchObject({ valid: true, findings: [] });
  expect(xml.toString()).not.toContain('PaymentMeans');
});
