import { createLogger } from '#libs/observability';
import { addDays } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { issuedOf } from '../../../test/issued-invoice.test-support.js';
import { invoicePdf } from '../document/invoice-pdf.js';
import { PaperPrinter } from './paper-printer.js';
import { PrintingThreadCount } from './printing-threads.js';

/** Threads that answer what the test says. */
class Printer extends PaperPrinter {
  answer: () => Promise<Buffer> = () => Promise.resolve(ahead);
  constructor() {
    super(new PrintingThreadCount(2), createLogger('billing', 'silent'));
  }
  protected override inThread(): Promise<Buffer> {
    return this.answer();
  }
}

const ahead = Buffer.from('drawn ahead');
const invoice = issuedOf(aDraft());
const xml = Buffer.from('<invoice/>');

test('BIL-6: what was drawn ahead is taken for the very invoice, once its thread has it', async () => {
  const printer = new Printer();
  printer.ahead(invoice, xml);
  expect(await printer.pdf(structuredClone(invoice), Buffer.from(xml))).toBe(ahead);
});

test.each([
  ['number', { ...invoice, number: `${invoice.number}1` }, xml],
  ['day', { ...invoice, issuedOn: addDays(invoice.issuedOn, 1) }, xml],
  ['XML', invoice, Buffer.from('<other/>')],
])('BIL-4: a paper of another %s is drawn anew', async (_what, issued, itsXml) => {
  const printer = new Printer();
  printer.ahead(invoice, xml);
  expect(await printer.pdf(issued, itsXml)).toEqual(await invoicePdf(issued, itsXml));
});

test('BIL-6: nothing is drawn ahead, it was forgotten, or its thread fails: drawn as its number is given', async () => {
  const alone = await invoicePdf(invoice, xml);
  const printer = new Printer();
  expect(await printer.pdf(invoice, xml)).toEqual(alone);
  printer.ahead(invoice, xml);
  printer.forget(invoice.id);
  expect(await printer.pdf(invoice, xml)).toEqual(alone);
  printer.answer = () => Promise.reject(new Error('gone'));
  printer.ahead(invoice, xml);
  expect(await printer.pdf(invoice, xml)).toEqual(alone);
});

test('BIL-6: who waits for papers draws those that no thread has begun', async () => {
  const printer = new PaperPrinter(new PrintingThreadCount(0), createLogger('billing', 'silent'));
  const other = { ...invoice, id: 'another', number: `${invoice.number}1` };
  for (const one of [invoice, other]) printer.ahead(one, xml);
  await printer.haveDrawn([invoice.id, other.id]);
  for (const one of [invoice, other])
    expect(await printer.pdf(one, xml)).toEqual(await invoicePdf(one, xml));
});
