import { localDate } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { finalise } from '../domain/invoice.js';
import { seriesOf } from '../domain/invoice-number.js';
import { fileNameOf, invoicePdf } from './invoice-pdf.js';

const issuedOn = localDate('2023-01-29');
const finalised = () => {
  const draft = aDraft();
  return finalise(draft, seriesOf(draft.seller.siret, draft.numberPrefix, issuedOn), 7, issuedOn)
    .invoice;
};

describe('the PDF of an invoice', () => {
  test('BIL-6: is the same bytes each time it is made from the same invoice', async () => {
    const first = await invoicePdf(finalised());
    expect(first.subarray(0, 5).toString()).toBe('%PDF-');
    expect(Buffer.compare(first, await invoicePdf(finalised()))).toBe(0);
  });

  test('is named for what a treasurer files', () => {
    expect(fileNameOf(finalised(), 'pdf')).toBe('facture-EP22-2023-000007.pdf');
    expect(fileNameOf(aDraft(), 'pdf')).toBe('projet-de-facture-2022-10-19.pdf');
  });

  test('bears an invoice of many lines and schools, over as many pages as it needs', async () => {
    const invoice = finalised();
    const many = {
      ...invoice,
      lines: Array.from({ length: 60 }, () => invoice.lines[0]!),
      evidence: {
        ...invoice.evidence,
        schools: Array.from({ length: 120 }, (_, n) => ({
          uai: `044${String(n).padStart(4, '0')}X`,
          accountDays: n,
          openAtEnd: n,
        })),
      },
    };
    const pdf = (await invoicePdf(many)).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(5);
  });
});
