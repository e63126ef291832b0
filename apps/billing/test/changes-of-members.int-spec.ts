import { jest } from '@jest/globals';
import { toExplanation } from '../src/invoices/invoices.dto.js';
import { BillingBed } from './billing-bed.test-support.js';
import { aMarket, bpu, marketCode } from './market-facts.test-support.js';

jest.setTimeout(90_000);

/**
 * Goal: orders that a batch brings together leave the copy as they would one by one. Method: two of one membership
 * around one of another in one run of the consumer, and the copy read as it stands.
 */
describe('orders that come together', () => {
  let bed: BillingBed;
  beforeEach(async () => {
    bed = await BillingBed.open();
    await bed.market();
    await bed.member('m', 100);
    await bed.member('n', 50);
  }, 60_000);
  afterEach(() => bed.fresh.drop());

  const copyOf = (one: BillingBed) =>
    one.rows<{ line: string }>(
      `select m.membership_id || ' ' || m.membership_version || ' ' || m.ledger_head || ' '
          || l.ledger_position || '/' || l.line || ' ' || l.order_number || ' ' || l.effective_from || ' ' || l.delta as line
         from membership m join ledger_line l using (membership_id) order by m.membership_id, l.ledger_position, l.line`,
    );
  const three = [
    { membershipId: 'm', effectiveFrom: '2022-11-03', delta: 38 },
    { membershipId: 'n', effectiveFrom: '2022-11-04', delta: 5 },
    { membershipId: 'm', effectiveFrom: '2022-12-01', delta: -3 },
  ];

  test('BIL-1: each membership stands at its last order, and every line is there', async () => {
    await bed.orders(...three);
    const together = await copyOf(bed);
    const alone = await BillingBed.open();
    try {
      await alone.market();
      await alone.member('m', 100);
      await alone.member('n', 50);
      for (const each of three) await alone.orders(each);
      expect(together).toEqual(await copyOf(alone));
      expect(together).toHaveLength(5);
    } finally {
      await alone.fresh.drop();
    }
  });

  test('an order of a membership that nobody accepted takes nothing of its batch along', async () => {
    const before = await copyOf(bed);
    const strange = { membershipId: 'strange', effectiveFrom: '2022-11-03', delta: 1 };
    await expect(bed.orders(three[0]!, strange)).rejects.toThrow(RangeError);
    expect(await copyOf(bed)).toEqual(before);
  });
});

/**
 * Goal: a correction counts on the days that it names, whenever it comes (ORD-4, BIL-1); what is invoiced stays
 * as it was issued until BIL-8 mends it. Method: the event as membership tells it, an OrderSigned whose lines lie
 * in the past; 2.35 € per account and contract year, quarters of 92 days.
 */
describe('a correction', () => {
  let bed: BillingBed;
  beforeEach(async () => {
    bed = await BillingBed.open();
    await bed.market();
    await bed.member('m', 412);
  }, 60_000);
  afterEach(() => bed.fresh.drop());

  async function bill(on: string): Promise<void> {
    await bed.day(on);
    expect(await bed.run(on)).toMatchObject({ failures: [] });
    expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
  }
  const lines = async () =>
    (
      await bed.rows<{ line: string }>(
        `select i.revision || ' ' || l.period_start || ' ' || l.period_end || ' ' || l.account_days || ' ' || l.net_cents as line
           from invoice_line l join invoice i using (invoice_id) order by l.period_start`,
      )
    ).map(({ line }) => line);

  test('ORD-4, BIL-3: days not yet invoiced are billed as the correction says, to the cent of case 2', async () => {
    await bed.day('2022-12-20');
    await bed.order('m', '2022-11-03', 38);
    await bill('2022-10-19');
    await bill('2023-01-19');
    expect(await lines()).toEqual([
      '0 2022-07-19 2022-10-19 37904 24404',
      '0 2022-10-19 2022-11-03 6180 3979',
      '0 2022-11-03 2023-01-19 34650 22309',
    ]);
  });

  test('ORD-4, BIL-8: an invoice issued does not move, and the next period begins with what was corrected', async () => {
    await bill('2022-10-19');
    const issued = await lines();
    await bed.day('2022-12-20');
    await bed.order('m', '2022-09-01', 38);
    await bill('2022-10-19');
    expect(await lines()).toEqual(issued);
    await bill('2023-01-19');
    expect(await lines()).toEqual([...issued, '0 2022-10-19 2023-01-19 41400 26655']);
  });
});

/**
 * Goal: billing stops where a membership ends, and an end that comes later than the invoice does not touch
 * it (BIL-4). Method: the consumer takes the events as membership tells them; the runs and checks are real.
 */
describe('the end of a membership', () => {
  let bed: BillingBed;
  beforeEach(async () => {
    bed = await BillingBed.open();
    await bed.market();
    await bed.member('m1', 412);
  }, 60_000);
  afterEach(() => bed.fresh.drop());

  const bill = async (day: string) => {
    await bed.day(day);
    return bed.run(day);
  };
  const invoices = async () =>
    (
      await bed.rows<{ line: string }>(
        `select period_start || ' ' || status || ' ' || net_cents as line from invoice order by period_start`,
      )
    ).map(({ line }) => line);
  const checked = () => bed.checkInvoices.execute(marketCode);

  test('WDR-2, BIL-3: a period is cut at the end of the membership, and later ones have no line', async () => {
    await bill('2022-10-19');
    await bed.day('2022-12-01');
    await bed.end('m1', '2022-12-01', { notified: true });
    // 412 × 43 d / 365 × 2.35.
    expect(await bill('2023-01-19')).toMatchObject({ drafted: 1, failures: [] });
    expect(await bill('2023-04-19')).toMatchObject({ drafted: 0, withoutLine: 1, failures: [] });
    expect(await invoices()).toEqual(['2022-07-19 FINALISED 24404', '2022-10-19 FINALISED 11406']);
    expect((await checked()).violations).toEqual([]);
  });

  test('WDR-2: an end on the first day of a period leaves the period before whole', async () => {
    await bed.end('m1', '2022-10-19', { notified: true });
    expect(await bill('2022-10-19')).toMatchObject({ drafted: 1, failures: [] });
    expect(await bill('2023-01-19')).toMatchObject({ drafted: 0, withoutLine: 1 });
    expect(await invoices()).toEqual(['2022-07-19 FINALISED 24404']);
  });

  test('EXC-1, BIL-4: an end in the past, told after the invoice, leaves it as it is, and its explanation right', async () => {
    await bill('2022-10-19');
    await bed.day('2022-11-20');
    const before = await invoices();
    await bed.end('m1', '2022-09-01');
    expect(await invoices()).toEqual(before);
    // The check prices the invoice anew from what was known then: the end was not.
    expect((await checked()).violations).toEqual([]);
    expect(await bill('2023-01-19')).toMatchObject({ drafted: 0, withoutLine: 1, failures: [] });
  });
});

/**
 * Goal: a market that is prolonged is invoiced on, from the day after its old end, and never twice (MKT-6, art. 8).
 * Method: the market and its membership as the amendment leaves them, then runs on both sides of the old end; 2.40 € in
 * the last contract year, 2.50 € in the one that is added.
 */
describe('a market that is prolonged', () => {
  const [oldEnd, newEnd] = ['2026-07-19', '2027-01-19'];
  let bed: BillingBed;
  beforeEach(async () => {
    bed = await BillingBed.open();
    await bed.market();
    await bed.import(`${bpu}\nELEVE;2025-07-19;2.4000;20`);
    await bed.member('m1', 412);
    await bed.day('2026-06-01');
  }, 60_000);
  afterEach(() => bed.fresh.drop());

  async function prolong() {
    const years = ['2022-07-19', '2023-07-19', '2024-07-19', '2025-07-19', oldEnd];
    await bed.publish(
      Object.assign(aMarket({}), {
        version: 2,
        calendar: { effectiveOn: '2022-07-19', endsOn: newEnd, contractYears: years },
      }),
    );
    await bed.prolong('m1', newEnd);
    await bed.import('item;contract_year_from;unit_price;vat_percent\nELEVE;2026-07-19;2.5000;20');
  }
  async function lines() {
    const rows = await bed.rows<{ line: string }>(
      `select period_start || ' ' || period_end || ' ' || account_days || ' ' || net_cents as line
         from invoice_line order by period_start`,
    );
    return rows.map(({ line }) => line);
  }

  test('MKT-6: the last quarter ends on the old end, the next begins there, up to the new one', async () => {
    await prolong();
    for (const end of [oldEnd, '2026-10-19', newEnd]) {
      await bed.day(end);
      expect(await bed.run(end)).toMatchObject({ drafted: 1, failures: [] });
      expect(await bed.run(end)).toMatchObject({ drafted: 0, alreadyThere: 1, failures: [] });
    }
    // 412 × 91 d × 2.40 / 365, then 412 × 92 d × 2.50 / 365 twice.
    expect(await lines()).toEqual([
      '2026-04-19 2026-07-19 37492 24652',
      '2026-07-19 2026-10-19 37904 25962',
      '2026-10-19 2027-01-19 37904 25962',
    ]);
    expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
    await expect(bed.run('2027-04-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
  });

  test('MKT-6: without the amendment nothing is invoiced from the old end on', async () => {
    await bed.day('2026-10-19');
    await expect(bed.run('2026-10-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
  });
});

/**
 * Goal: on the day of a succession B(d) leaves the former member and begins with its successor, none of it
 * billed twice or to nobody (ADH-5, BIL-1, BIL-3). Method: the events as membership tells them; 2.35 € per
 * account and contract year, the quarter 2022-10-19 → 2023-01-19 has 74 days before 2023-01-01 and 18 after.
 */
describe('a succession', () => {
  let bed: BillingBed;
  beforeEach(async () => {
    bed = await BillingBed.open();
    await bed.market();
    await bed.member('old', 412);
  }, 60_000);
  afterEach(() => bed.fresh.drop());

  async function quarter() {
    await bed.day('2023-01-19');
    const run = await bed.run('2023-01-19');
    expect(run).toMatchObject({ failures: [] });
    expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
    const rows = await bed.rows<{ line: string }>(
      `select i.membership_id || ' ' || l.period_start || ' ' || l.period_end || ' ' || l.account_days || ' ' || l.net_cents as line
         from invoice_line l join invoice i using (invoice_id) where l.period_start >= '2022-10-19'
        order by i.membership_id desc, l.period_start`,
    );
    return rows.map(({ line }) => line);
  }

  test('ADH-5, BIL-3: in full, the former member is billed up to the day, a new one from it on', async () => {
    await bed.order('old', '2022-11-03', 38);
    await bed.day('2023-01-01');
    await bed.heir('heir', 412, '2023-01-01');
    await bed.order('heir', '2023-01-01', 450);
    await bed.end('old', '2023-01-01');
    expect(await quarter()).toEqual([
      'old 2022-10-19 2022-11-03 6180 3979',
      'old 2022-11-03 2023-01-01 26550 17094',
      'heir 2023-01-01 2023-01-19 8100 5215',
    ]);
    // Case 2 of BIL-3 without a succession: 6180 + 34650 account-days.
    expect(6180 + 26550 + 8100).toBe(6180 + 34650);
  });

  test('ADH-5, BIL-7: three communes make one: its line cites each annex 2 with its part of C', async () => {
    const part = (name: string, quantity: number, from = '2023-01-01') => ({
      ...{ membershipId: `m-${name}`, signedBy: name },
      annexe2: {
        ...{ kind: 'ANNEXE2', title: 'Annexe 2', datedOn: '2022-01-12' },
        sha256: quantity.toString().repeat(64).slice(0, 64),
      },
      commitment: [{ itemCode: 'ELEVE', from, quantity }],
    });
    await bed.day('2023-01-01');
    await bed.heir('heir', 95, '2023-01-01', undefined, [part('Ambon', 95)]);
    const parts = [part('Ambon', 95), part('Damgan', 60), part('Péaule', 58, '2023-01-10')];
    await bed.moveCommitment('heir', { '2023-01-01': 155, '2023-01-10': 213 }, parts);
    await bed.order('heir', '2023-01-01', 213);
    await bed.end('old', '2023-01-01');
    await quarter();
    const row = (await bed.invoices.list({ membershipId: 'heir' }, 1, '')).rows[0];
    const invoice = await bed.invoices.get(row?.id ?? '');
    const cited = invoice.lines.map(({ explanation }) => [
      explanation.commitment,
      ...explanation.signed.map(({ signedBy, quantity }) => `${signedBy} ${quantity}`),
    ]);
    expect(cited).toEqual([
      [155, 'Ambon 95', 'Damgan 60'],
      [213, 'Ambon 95', 'Damgan 60', 'Péaule 58'],
    ]);
    expect(invoice.lines[1]?.explanation.sentences.at(-1)).toBe(
      'Engagement : 213 comptes (convention, art. 7.1), repris de 3 engagements signés : 95 (Annexe 2 du 12 janvier 2022, signée par Ambon) ; 60 (Annexe 2 du 12 janvier 2022, signée par Damgan) ; 58 (Annexe 2 du 12 janvier 2022, signée par Péaule).',
    );
    // What the door answers: no single document stands for the whole.
    const answer = toExplanation(invoice, { sentences: [], changes: [] }).lines?.[1];
    expect(answer?.annexe2).toBeUndefined();
    expect(answer?.signed?.map(({ quantity }) => quantity)).toEqual([95, 60, 58]);
  });

  test('ADH-5, BIL-3: in part, C and O go down on one side and up on the other on one day', async () => {
    await bed.member('heir', 50);
    await bed.day('2023-01-01');
    await bed.moveCommitment('old', { '2022-07-19': 412, '2023-01-01': 312 });
    await bed.order('old', '2023-01-01', -100);
    await bed.moveCommitment('heir', { '2022-07-19': 50, '2023-01-01': 150 });
    await bed.order('heir', '2023-01-01', 100);
    const lines = await quarter();
    expect(lines).toEqual([
      'old 2022-10-19 2023-01-01 30488 19629',
      'old 2023-01-01 2023-01-19 5616 3616',
      'heir 2022-10-19 2023-01-01 3700 2382',
      'heir 2023-01-01 2023-01-19 2700 1738',
    ]);
    const days = lines.reduce((sum, line) => sum + Number(line.split(' ')[3]), 0);
    expect(days).toBe((412 + 50) * 92);
  });
});

/**
 * Goal: a member of two consecutive markets is invoiced by the one up to the boundary and by the other from it
 * on, no day twice and none by nobody (MKT-5, BIL-1). Method: both memberships as membership tells them, then a run
 * of each market on each side; 2.40 € in the last contract year of the first, 3.00 € in the first of the second.
 */
describe('two markets, one after the other', () => {
  const next = 'e-primo-2026';
  const boundary = '2026-07-19';
  const successor: ReturnType<typeof aMarket> = Object.assign(aMarket({ numberPrefix: 'EP26' }), {
    code: next,
    calendar: {
      effectiveOn: boundary,
      endsOn: '2030-07-19',
      contractYears: [boundary, '2027-07-19', '2028-07-19', '2029-07-19'],
    },
  });

  let bed: BillingBed;
  beforeEach(async () => {
    bed = await BillingBed.open();
    await bed.market();
    await bed.import(`${bpu}\nELEVE;2025-07-19;2.4000;20`);
    await bed.member('m-old', 412);
    await bed.order('m-old', '2022-11-03', 38);
    await bed.day('2026-06-01');
    await bed.publish(successor);
    await bed.import(
      'item;contract_year_from;unit_price;vat_percent\nELEVE;2026-07-19;3.0000;20',
      '',
      next,
    );
    await bed.heir('m-new', 500, boundary, successor);
    await bed.order('m-new', boundary, 500);
  }, 60_000);
  afterEach(() => bed.fresh.drop());

  const lines = async () =>
    (
      await bed.rows<{ line: string }>(
        `select i.membership_id || ' ' || coalesce(i.number, '') || ' ' || l.period_start || ' ' || l.period_end || ' ' || l.account_days || ' ' || l.net_cents as line
           from invoice_line l join invoice i using (invoice_id) order by l.period_start`,
      )
    ).map(({ line }) => line);

  test('MKT-5, BIL-1: the last day of the first market is its own, the next day the second’s', async () => {
    await bed.day(boundary);
    await bed.end('m-old', boundary);
    const last = await bed.run(boundary);
    expect(last).toMatchObject({ drafted: 1, failures: [] });
    await bed.day('2026-10-19');
    expect(await bed.run('2026-10-19', next)).toMatchObject({ drafted: 1, failures: [] });
    await bed.day('2026-10-30');
    // 450 × 91 d × 2.40 / 365, then 500 × 92 d × 3.00 / 365: each its own quantity, price and sequence of numbers.
    expect(await lines()).toEqual([
      expect.stringMatching(/^m-old EP22\S+ 2026-04-19 2026-07-19 40950 26926$/),
      expect.stringMatching(/^m-new EP26\S+ 2026-07-19 2026-10-19 46000 37808$/),
    ]);
    for (const code of [marketCode, next]) {
      expect((await bed.checkInvoices.execute(code)).violations).toEqual([]);
    }
  });

  test('MKT-5, BIL-3: neither market has a period on the other side of the boundary', async () => {
    await bed.day('2026-10-19');
    await bed.end('m-old', boundary);
    await expect(bed.run('2026-10-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
    await expect(bed.run(boundary, next)).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
  });
});
