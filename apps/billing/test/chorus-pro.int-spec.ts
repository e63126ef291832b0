import { jest } from '@jest/globals';
import { BusinessDayKeeper } from '#libs/messaging';
import { localDate } from '#libs/time';
import { BillingBed } from './billing-bed.test-support.js';
import { BillingTermsOfMembers } from '../src/terms/billing-terms-of-members.pg.js';
import { RemindOfTerms } from '../src/terms/remind-of-terms.js';
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

test('ADH-1, BIL-6: before a civil year those are found whose number is of the year before, or who lack one', async () => {
  await bed.member('m2', 100);
  await bed.recordChorusPro('m1', '2023-01-01', 'EJ-2023');
  await bed.recordChorusPro('m2', '2023-01-01', 'EJ-2023', '');
  const terms = new BillingTermsOfMembers(bed.fresh.database);
  const on = async (day: string) =>
    Object.fromEntries(
      (await terms.on(localDate(day), { marketCode })).map((one) => [
        one.membershipId,
        one.missing,
      ]),
    );
  expect(await on('2023-12-31')).toEqual({ m1: [], m2: ['RECIPIENT_SIRET'] });
  await bed.recordChorusPro('m2', '2024-01-01', 'EJ-2024');
  expect(await on('2024-01-01')).toEqual({ m1: ['PURCHASE_ORDER_NUMBER_OF_YEAR'], m2: [] });
  expect(await terms.on(localDate('2022-12-31'), { membershipId: 'm1' })).toMatchObject([
    { marketCode, buyer: { serviceCode: 'SCOLAIRE' }, validFrom: undefined },
  ]);
  // Whoever has left is not asked.
  await bed.end('m1', '2023-07-19');
  expect(Object.keys(await on('2024-01-01'))).toEqual(['m2']);
});

test('ADH-1: before a civil year whoever lacks something is reminded on three days, once each, and nobody else', async () => {
  await bed.member('m2', 100);
  await bed.recordChorusPro('m1', '2023-01-01', 'EJ-2023');
  await bed.recordChorusPro('m2', '2023-01-01', 'EJ-2023');
  const terms = new BillingTermsOfMembers(bed.fresh.database);
  const campaign = new BusinessDayKeeper(() => [new RemindOfTerms(terms)]);
  const dayOf = (day: string) =>
    bed.fresh.unitOfWork.run((tx) => campaign.advance(tx, localDate(day)));
  const reminded = async () =>
    bed.rows(`select membership_id as of, kind, reminded_on as on, missing from terms_reminder
               where year_begins_on = '2024-01-01' order by reminded_on, membership_id`);
  const missing = ['PURCHASE_ORDER_NUMBER_OF_YEAR'];
  await dayOf('2023-09-30');
  expect(await reminded()).toEqual([]);
  // Two days of the campaign are crossed at once, and the first one is looked at twice.
  await dayOf('2023-10-01');
  await bed.fresh.unitOfWork.run((tx) =>
    new RemindOfTerms(terms).onDay(tx, localDate('2023-10-01')),
  );
  await bed.recordChorusPro('m2', '2024-01-01', 'EJ-2024');
  await dayOf('2023-12-20');
  expect(await reminded()).toEqual([
    { of: 'm1', kind: 'THREE_MONTHS', on: '2023-10-01', missing },
    { of: 'm2', kind: 'THREE_MONTHS', on: '2023-10-01', missing },
    { of: 'm1', kind: 'ONE_MONTH', on: '2023-12-01', missing },
    { of: 'm1', kind: 'FIFTEEN_DAYS', on: '2023-12-17', missing },
  ]);
  const [m1] = await terms.on(localDate('2024-01-01'), { membershipId: 'm1' });
  expect(m1?.reminders.map(({ remindedOn }) => remindedOn)).toEqual([
    ...['2023-10-01', '2023-12-01', '2023-12-17'],
  ]);
  expect((await terms.on(localDate('2023-12-31'), { membershipId: 'm1' }))[0]?.reminders).toEqual(
    [],
  );
  for (const sql of [`update terms_reminder set missing = '{X}'`, 'delete from terms_reminder']) {
    await expect(bed.rows(sql)).rejects.toMatchObject({ code: '42501' });
  }
});
