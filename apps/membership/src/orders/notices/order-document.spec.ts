import { localDate } from '#libs/time';
import { anOrderPaper } from '../../../test/an-order-paper.test-support.js';
import { OrderDocument, type OrderPaper } from './order-document.js';

const render = (over: Partial<OrderPaper> = {}) => new OrderDocument().render(anOrderPaper(over));
const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;

test('ORD-1: the paper of an order is one page, the same bytes each time', async () => {
  const first = await render();
  expect(first.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pagesOf(first)).toBe(1);
  expect(Buffer.compare(first, await render())).toBe(0);
});

test('ORD-1: acknowledged, it is another paper', async () => {
  const acknowledged = await render({ acknowledgedOn: localDate('2022-11-04') });
  expect(Buffer.compare(acknowledged, await render())).not.toBe(0);
});

test('an order of 200 lines takes the pages it needs', async () => {
  const [line] = anOrderPaper().effects;
  const pdf = await render({ effects: Array.from({ length: 200 }, () => line!) });
  expect(pagesOf(pdf)).toBeGreaterThan(4);
});
