import { agreementNotices, agreementTold } from './agreements.js';

const agreed = { proposalId: 'p-1', approvedOn: '2022-04-12', documentId: 'd-1' };
const price = {
  label: 'Compte élève',
  effectiveFrom: '2022-07-19',
  unitPriceTenThousandths: 23500,
};

test('BIL-2: tells prices with the day from which they hold, and what they were verified against', () => {
  const { title, message } = agreementTold({ ...agreed, kind: 'PRICES', content: [price] });
  expect([title, message.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')]).toEqual([
    'Prix du marché',
    'Compte élève, 2,3500 € HT par an à partir du 19 juillet 2022. Le coordinateur les a vérifiés sur le bordereau des prix (BPU) le 12 avril 2022.',
  ]);
});

test('names ten prices and counts the others', () => {
  const content = Array.from({ length: 12 }, () => price);
  const { message } = agreementTold({ ...agreed, kind: 'PRICES', content });
  expect(message).toContain(' ; et 2 autres. ');
});

test('tells where invoices are paid, and for two months on the first page', () => {
  const account = { iban: 'FR7630006000011234567890189', effectiveFrom: '2022-09-01' };
  const told = agreementTold({ ...agreed, kind: 'SUPPLIER_ACCOUNT', content: account });
  expect(told.message.replaceAll('\u00a0', ' ')).toMatch(
    /à partir du 1er septembre 2022 se paient sur le compte FR76 3000 6000 0112 3456 7890 189\. /,
  );
  const noticed = (today: string) => agreementNotices([told], today).map(({ subject }) => subject);
  expect([noticed('2022-06-10'), noticed('2022-06-11')]).toEqual([['p-1'], []]);
});
