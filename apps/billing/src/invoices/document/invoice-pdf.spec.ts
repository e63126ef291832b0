import { PaperRead } from '#libs/pdf';
import { localDate } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { finalise } from '../domain/invoice.js';
import { seriesOf } from '../domain/invoice-number.js';
import { anItem, calculated, correcting } from '../../../test/issued-invoice.test-support.js';
import { eInvoiceOf } from '../domain/e-invoice.js';
import type { FinalisedInvoice, Invoice } from '../domain/invoice.js';
import { ciiXml } from './cii-xml.js';
import { fileNameOf, invoicePdf, textsOf } from './invoice-pdf.js';

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

describe('BIL-7: the commitment on paper is that of the lines', () => {
  const said = (invoice: Invoice) => textsOf(invoice).texts.join('\n').replaceAll('\u00a0', ' ');
  const moved = (itemCode: string, before: number, after: number) => ({
    ...anItem(itemCode, before),
    commitment: [
      { from: localDate('2022-07-19'), quantity: before },
      { from: localDate('2023-01-01'), quantity: after },
    ],
  });
  const of = (...items: Parameters<typeof calculated>[0]) => aDraft(calculated(items));

  test('of one that moved in the period, each with its days', () => {
    expect(said(of(moved('ELEVE', 95, 213)))).toContain(
      'Compte élève : 95 comptes du 19 octobre 2022 au 31 décembre 2022, 213 comptes du 1er janvier 2023 au 18 janvier 2023.',
    );
    const many = ['A', 'B', 'C', 'D'].map((code) => moved(code, 95, 213));
    expect(said(of(...many))).toContain('Compte élève, du 1er janvier 2023 au 18 janvier 2023');
  });

  test('of one that stayed, once, whatever cuts its lines; of two items of one name, both', () => {
    expect(said(aDraft())).toContain('Compte élève : 412 comptes.');
    expect(said(of(anItem('ELEVE', 412), anItem('PROF', 31)))).toContain(
      'Compte élève : 412 comptes ; Compte élève : 31 comptes.',
    );
  });

  test('in the evidence as data it is none of a difference either', async () => {
    const evidence = async (invoice: FinalisedInvoice) => {
      const xml = ciiXml(eInvoiceOf(invoice, 'CPRO'));
      const file = new PaperRead(await invoicePdf(invoice, xml)).attachment(
        `justificatif-${invoice.number}.json`,
      );
      const { lines } = JSON.parse(file!.toString()) as { lines: { commitment: unknown }[] };
      return lines.map(({ commitment }) => commitment);
    };
    const [difference] = correcting('PAID', [anItem('ELEVE', 900)]);
    expect(await evidence(difference!)).toEqual([null]);
    expect(await evidence(finalised())).toEqual([412, 412]);
  });

  test('BIL-8: what a difference rests on is what the market is billed by', () => {
    const [ordered] = correcting('PAID', [anItem('ELEVE', 900)]);
    const [metered] = correcting('PAID', [anItem('ELEVE', 900)], 'METERED');
    const differenceOf = (one: FinalisedInvoice) =>
      [said(one), ...eInvoiceOf(one, 'CPRO').lines.map(({ description }) => description)].join(
        '\n',
      );
    const inAll = (rests: string) => [
      `Dû d’après ${rests} connus`,
      `ce qui est dû d’après ${rests} connus`,
      `le montant dû d’après ${rests} corrigés`,
    ];
    for (const text of inAll('les commandes et l’engagement'))
      expect(differenceOf(ordered!)).toContain(text);
    for (const text of inAll('les comptes mesurés et l’engagement'))
      expect(differenceOf(metered!)).toContain(text);
    expect(differenceOf(metered!)).not.toContain('les commandes et');
  });

  test.each([400, 900])(
    'none is said of a difference, which has no days of its own: %i',
    (owed) => {
      const [difference] = correcting('PAID', [anItem('ELEVE', owed)]);
      expect(said(difference!)).not.toMatch(/Compte élève : \d+ comptes/);
    },
  );
});
