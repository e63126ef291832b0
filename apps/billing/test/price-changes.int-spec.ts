import { create } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { ItemSchema, MarketSchema } from '#libs/contracts';
import { periodOf } from '#libs/time';
import { BillingBed } from './billing-bed.test-support.js';
import { aMarket, marketCode } from './market-facts.test-support.js';

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

test('prices: the same file again changes nothing; a key gives its first answer again', async () => {
  const file = 'item;contract_year_from;unit_price;vat_percent\nELEVE;2024-07-19;2.5000;20';
  const first = await bed.import(file, 'k1');
  expect(first.changes).toMatchObject([{ unitPriceTenThousandths: 25000 }]);
  expect(await bed.import(file, 'k1')).toEqual(first);
  expect(await bed.import(file)).toEqual({ proposalId: '', changes: [] });
  await expect(bed.import(file.replace('2.5', '2.6'), 'k1')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('MKT-6: the price of days already invoiced is not changed', async () => {
  await bed.member('m1', 10);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const revised = (from: string) =>
    bed.import(`item;contract_year_from;unit_price;vat_percent\nELEVE;${from};9;20`);
  await expect(revised('2022-10-18')).rejects.toMatchObject({ code: 'PRICE_ALREADY_INVOICED' });
  await revised('2022-10-19');
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({ violations: [] });
});

test('MKT-6: a price forgotten for one item is loaded after another is invoiced, and its member is billed', async () => {
  const market = create(MarketSchema, aMarket({}));
  market.version = 2;
  market.items.push(create(ItemSchema, { code: 'ENSEIGNANT', label: 'Compte enseignant' }));
  await bed.publish(market);
  await bed.member('m1', 10);
  await bed.member('m2', 10);
  await bed.order('m2', '2022-07-19', 5, 'ENSEIGNANT');
  await bed.day('2022-10-19');
  expect(await bed.run('2022-10-19')).toMatchObject({
    drafted: 1,
    failures: [{ membershipId: 'm2', code: 'PRICE_MISSING' }],
  });
  const head = 'item;contract_year_from;unit_price;vat_percent\n';
  // Pupils are invoiced from that day on, teachers are not.
  await expect(bed.import(`${head}ELEVE;2022-07-19;9;20`)).rejects.toMatchObject({
    code: 'PRICE_ALREADY_INVOICED',
    details: { invoicedUntil: '2022-10-19' },
  });
  await bed.import(`${head}ENSEIGNANT;2022-07-19;1.2000;20`);
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 1, alreadyThere: 1, failures: [] });
  await expect(bed.import(`${head}ENSEIGNANT;2022-09-01;2;20`)).rejects.toMatchObject({
    code: 'PRICE_ALREADY_INVOICED',
  });
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({ drafts: 2, violations: [] });
});

test('one membership without price does not keep the others from their invoices', async () => {
  await bed.member('m1', 100);
  await bed.member('m2', 100, periodOf('2022-07-19', '2024-08-01'));
  await bed.day('2024-10-19');
  expect(await bed.run('2024-10-19')).toMatchObject({
    drafted: 0,
    failures: [{ code: 'PRICE_MISSING' }, { code: 'PRICE_MISSING' }],
  });
  await bed.import('item;contract_year_from;unit_price;vat_percent\nELEVE;2024-07-19;2.5000;20');
  expect(await bed.run('2024-10-19')).toMatchObject({ drafted: 2, failures: [] });
});
