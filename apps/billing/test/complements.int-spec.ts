import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { toInvoiceToMend } from '../src/invoices/corrections/corrections.dto.js';
import { supplier } from './billing-bed.test-support.js';
import { financeOf } from './billing-use-cases.test-support.js';
import { marketCode } from './market-facts.test-support.js';
import {
  bed,
  check,
  code,
  correct,
  decide,
  documents,
  invoicedForEachTest,
  propose,
  settle,
  toMend,
} from './first-quarter.test-support.js';

/**
 * Goal: the complementary invoice of a paid one is an invoice as any other: rejected, refused where it is sent, contested or
 * withdrawn, it is listed, made anew and issued until the sums agree (BIL-8, BIL-9). Method: as `corrections`.
 */
jest.setTimeout(90_000);
invoicedForEachTest();

test('BIL-8: a complement that Chorus Pro rejects is listed with its invoice, credited whole and made anew with the parties’ data of the day', async () => {
  await settle('PAID');
  await correct();
  await toMend();
  await decide(await propose());
  await bed.day('2022-11-08');
  const idOf = async (kind: string) =>
    (
      await bed.rows<{ invoice_id: string }>(
        `select invoice_id from invoice where kind = '${kind}' order by drafted_on desc, status limit 1`,
      )
    )[0]?.invoice_id ?? '';
  const complement = { invoiceId: await idOf('COMPLEMENT'), settledOn: localDate('2022-11-08') };
  await settle('REJECTED', complement);
  await bed.recordChorusPro('m1', '2022-11-08', 'EJ-NOUVEAU', '21440109300023');
  const [listed, ...others] = await toMend();
  expect(others).toEqual([]);
  expect(toInvoiceToMend(listed!, supplier)).toMatchObject({
    invoice: { number: 'EP22-2022-000001' },
    documents: [
      { kind: 'CREDIT_NOTE', correctsNumber: 'EP22-2022-000003' },
      { kind: 'COMPLEMENT', correctsNumber: 'EP22-2022-000001' },
    ],
  });
  await decide(await propose({ reason: 'Rejetée : SIRET erroné.' }));
  await bed.day('2022-11-18');
  expect(await documents()).toEqual([
    'INVOICE 0 FINALISED 24404 4881 EP22-2022-000001',
    'COMPLEMENT 0 FINALISED 1174 235 EP22-2022-000003',
    'CREDIT_NOTE 0 FINALISED 1174 235 EP22-2022-000004',
    'COMPLEMENT 0 FINALISED 1174 235 EP22-2022-000005',
  ]);
  const [credit, anew] = [await idOf('CREDIT_NOTE'), await idOf('COMPLEMENT')];
  expect(await bed.invoices.get(credit)).toMatchObject({
    ...{ corrects: { number: 'EP22-2022-000003' }, buyer: { recipientSiret: '21440109300015' } },
  });
  expect(await bed.invoices.get(anew)).toMatchObject({
    ...{ corrects: { number: 'EP22-2022-000001' }, buyer: { recipientSiret: '21440109300023' } },
  });
  // Nobody owes the rejected one, and its state is final.
  expect(await bed.invoices.get(complement.invoiceId)).toMatchObject({
    creditedBy: { number: 'EP22-2022-000004' },
  });
  expect(await code(settle('PAID', complement))).toBe('INVOICE_ALREADY_CORRECTED');
  expect(await toMend()).toEqual([]);
  expect(await check()).toMatchObject({ netCents: 2n * 24_404n + 1_174n, violations: [] });
});

test('BIL-6, BIL-8: a complement that would be refused where it is sent is made anew, the same, once its data are there', async () => {
  await settle('PAID');
  await correct();
  await toMend();
  await bed.recordChorusPro('m1', '2022-10-29', 'EJ-2022', '');
  await decide(await propose());
  await bed.day('2022-11-08');
  const [failure] = (await bed.numberingFailures.ofMarket(marketCode, 10)).failures;
  expect(failure).toMatchObject({ code: 'E_INVOICE_REFUSED', invoice: { kind: 'COMPLEMENT' } });
  const invoiceId = failure!.invoice.id;
  await bed.recordChorusPro('m1', '2022-11-08', 'EJ-2022', '21440109300015');
  await bed.retryNumbering.execute(supplier, invoiceId);
  const taken = await bed.invoices.get(invoiceId);
  expect(taken).toMatchObject({
    ...{ status: 'WITHDRAWN', withdrawalReason: expect.stringContaining('ont été complétées') },
    replacedBy: expect.any(String),
  });
  expect((await documents()).slice(1)).toEqual([
    'COMPLEMENT 0 WITHDRAWN 1174 235',
    'COMPLEMENT 0 DRAFT 1174 235',
  ]);
  expect(await toMend()).toEqual([]);
  await bed.day('2022-11-18');
  expect((await documents()).slice(1)).toContain(
    'COMPLEMENT 0 FINALISED 1174 235 EP22-2022-000003',
  );
  expect(await toMend()).toEqual([]);
  expect((await check()).violations).toEqual([]);
});

test('BIL-8, BIL-9: a complement is contested, maintained and accepted as any draft; withdrawn, it is listed again', async () => {
  await settle('PAID');
  await correct();
  await toMend();
  await decide(await propose());
  const draft = async () => ({
    invoiceId:
      (
        await bed.rows<{ invoice_id: string }>(
          `select invoice_id from invoice where status = 'DRAFT'`,
        )
      )[0]?.invoice_id ?? '',
    idempotencyKey: '',
  });
  const caller = financeOf('m1');
  const reason = 'Le bon de commande est contesté.';
  await bed.contestDraft.execute({ ...(await draft()), caller, reason, documentId: '' });
  await bed.withdrawDraft.execute({ ...(await draft()), caller: supplier, reason });
  expect((await documents()).slice(1)).toEqual(['COMPLEMENT 0 WITHDRAWN 1174 235']);
  expect((await toMend()).map(({ mending }) => mending?.documents.map(({ kind }) => kind))).toEqual(
    [['COMPLEMENT']],
  );
  await decide(await propose());
  await bed.contestDraft.execute({ ...(await draft()), caller, reason, documentId: '' });
  await bed.day('2022-11-08');
  expect((await documents()).at(-1)).toBe('COMPLEMENT 0 DRAFT 1174 235');
  await bed.maintainDraft.execute({ ...(await draft()), caller: supplier, reason });
  await bed.acceptDraft.execute({ ...(await draft()), caller });
  await bed.day('2022-11-09');
  expect((await documents()).slice(1)).toContain(
    'COMPLEMENT 0 FINALISED 1174 235 EP22-2022-000003',
  );
  expect((await check()).violations).toEqual([]);
});
