import { jest } from '@jest/globals';
import { BillingBed } from './billing-bed.test-support.js';
import { bpu, marketCode } from './market-facts.test-support.js';

/**
 * Goal: what a member records for Chorus Pro stands on its next invoices, from the day on that it says (ADH-1). Method:
 * membership's facts told between the quarters, then a run on each day.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.import(bpu);
  await bed.member('m1', 412);
}, 60_000);
afterEach(() => bed.fresh.drop());

/** Of the invoice of a quarter: code service and numéro d'engagement. */
async function addressed(periodEndsOn: string): Promise<string> {
  const [row] = await bed.rows<{ told: string }>(
    `select concat_ws(' ', buyer ->> 'serviceCode', buyer ->> 'purchaseOrderNumber') as told
       from invoice where period_end = '${periodEndsOn}'`,
  );
  return row?.told.trim() ?? '';
}

test('ADH-1: the next invoices bear the Chorus Pro data in force on the day they are drafted', async () => {
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.recordChorusPro('m1', '2024-01-01', 'EJ-2024');
  await bed.recordChorusPro('m1', '2023-01-01', 'EJ-2023');
  await bed.recordChorusPro('m1', '2023-01-01', 'EJ-2023-BIS');
  for (const end of ['2023-01-19', '2023-04-19', '2024-01-19']) {
    await bed.day(end);
    expect(await bed.run(end)).toMatchObject({ drafted: 1, failures: [] });
  }
  // Drafted before: as it was addressed then.
  expect(await addressed('2022-10-19')).toBe('SCOLAIRE');
  expect(await addressed('2023-01-19')).toBe('EDUC EJ-2023-BIS');
  expect(await addressed('2023-04-19')).toBe('EDUC EJ-2023-BIS');
  expect(await addressed('2024-01-19')).toBe('EDUC EJ-2024');
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
});

test('ADH-1: before the first day recorded, those of the application; what was told is not rewritten', async () => {
  await bed.recordChorusPro('m1', '2022-10-20', 'EJ-2022');
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  expect(await addressed('2022-10-19')).toBe('SCOLAIRE');
  for (const sql of [`update chorus_pro set data = '{}'`, 'delete from chorus_pro']) {
    await expect(bed.rows(sql)).rejects.toMatchObject({ code: '42501' });
  }
});
