import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import PDFDocument from 'pdfkit';
import { Validators } from './validators.js';

/**
 * Goal: the validators see what they are there to see, so that their "valid" means something. Method: an invoice written
 * by hand from the terms of EN 16931, the same with one thing wrong, and papers that are no PDF/A.
 */
jest.setTimeout(120_000);

let validators: Validators;
beforeAll(async () => (validators = await Validators.start()));
afterAll(() => validators.stop());

const sample = readFileSync(join(import.meta.dirname, 'sample-invoice.xml'), 'utf8');
const judged = (xml: string) => validators.invoice(Buffer.from(xml), 'invoice.xml');

test('an invoice by hand passes EN 16931, and the rules that fired are counted', async () => {
  const verdict = await judged(sample);
  expect(verdict).toMatchObject({ valid: true, findings: [] });
  expect(verdict.fired).toBeGreaterThan(60);
});

test.each([
  [
    'a wrong sum of lines',
    '<ram:LineTotalAmount>832.50',
    '<ram:LineTotalAmount>833.50',
    'BR-CO-10',
  ],
  ['a wrong total', '<ram:GrandTotalAmount>999.00', '<ram:GrandTotalAmount>998.00', 'BR-CO-16'],
  ['three decimals', '<ram:LineTotalAmount>70.30', '<ram:LineTotalAmount>70.300', 'BR-DEC-23'],
  ['no number', '<ram:ID>EP22-2023-000001</ram:ID>', '<ram:ID></ram:ID>', 'BR-02'],
  [
    'an unknown element',
    '<ram:ApplicableHeaderTradeDelivery/>',
    '<ram:Delivery/>',
    'schema validation',
  ],
])('names the rule of %s', async (_, right, wrong, rule) => {
  expect(sample).toContain(right);
  const verdict = await judged(sample.replace(right, wrong));
  expect(verdict.valid).toBe(false);
  expect(verdict.findings.join('\n')).toContain(rule);
});

test('what is no invoice is never valid, even where no rule finds fault with it', async () => {
  for (const other of ['<invoice/>', '', 'no XML at all']) {
    expect(await judged(other)).toMatchObject({ valid: false });
  }
});

test('a paper with fonts that are not embedded is no PDF/A-3a and no PDF/UA-1', async () => {
  const paper = await bytesOf(new PDFDocument({ info: { Title: 'Essai' } }).text('Essai'));
  for (const verdict of await Promise.all([validators.pdfA3a(paper), validators.pdfUa1(paper)])) {
    expect(verdict.valid).toBe(false);
    expect(verdict.findings.join('\n')).toMatch(/font/i);
  }
  await expect(validators.pdfA3a(Buffer.from('no PDF'))).rejects.toThrow('Not judged');
});

function bytesOf(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.end();
  });
}
