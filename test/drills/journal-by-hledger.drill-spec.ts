import { execFileSync } from 'node:child_process';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { ExportSalesJournal } from '../../apps/billing/src/sales-journal/export-sales-journal.js';
import { Sales } from '../../apps/billing/src/sales-journal/sales.pg.js';
import { BillingBed, supplier } from '../../apps/billing/test/billing-bed.test-support.js';
import { marketCode } from '../../apps/billing/test/market-facts.test-support.js';

/**
 * Goal: an accounting program that nobody here wrote books our sales journal, and comes to our figures. Method: two
 * contract years of three members at two rates of VAT, with a credit note and its replacement, a complement and a credit
 * of a difference, billed by the service's use cases; the exported FEC, put into hledger's words line by line, is
 * checked and added up by hledger, and compared with the invoices' own rows.
 */
jest.setTimeout(300_000);

let bed: BillingBed;
const journals = new Map<number, string>();
const years = [2022, 2023, 2024];

beforeAll(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.import('item;contract_year_from;unit_price;vat_percent\nELEVE;2023-07-19;2.4182;5.5');
  for (const [membershipId, committed] of [
    ['m1', 412],
    ['m2', 97],
    ['m3', 1],
  ] as const)
    await bed.member(membershipId, committed);
  const quarters = [
    ['2022-10-19', '2022-10-29'],
    ['2023-01-19', '2023-01-29'],
    ['2023-10-19', '2023-10-29'],
    ['2024-01-19', '2024-01-29'],
  ] as const;
  for (const [end, final] of quarters) {
    await bed.day(end);
    expect(await bed.run(end)).toMatchObject({ drafted: 3, failures: [] });
    await bed.day(final);
  }
  // Not paid: a credit note, and another invoice. Paid: what more is owed, then what less.
  await bed.order('m1', '2022-09-01', 38);
  await correctAll();
  await settleAsPaid('m2');
  await bed.order('m2', '2022-09-01', 11);
  await correctAll();
  await bed.day('2024-02-12');
  await bed.order('m2', '2023-08-01', -11);
  await correctAll();
  await bed.day('2024-02-28');
  const journal = new ExportSalesJournal(
    ...([
      new Sales(bed.fresh.database),
      bed.members,
      bed.fresh.unitOfWork,
      bed.businessDate,
    ] as const),
  );
  for (const year of years)
    journals.set(
      year,
      inHledger((await journal.execute(supplier, marketCode, year)).content.toString()),
    );
}, 300_000);
afterAll(() => bed?.fresh.drop());

async function correctAll(): Promise<void> {
  await bed.reviewIssued.execute();
  for (const { invoice } of (await bed.invoicesToMend.execute(marketCode, 50, '')).found) {
    const { proposalId } = await bed.proposeCorrection.execute({
      ...{
        invoiceId: invoice.id,
        reason: 'Commande corrigée.',
        caller: supplier,
        idempotencyKey: '',
      },
    });
    const { digest } = await bed.proposals.find(proposalId, 'CORRECTION');
    await bed.decideCorrection().execute({
      ...{ proposalId, digest, outcome: 'APPROVED', reason: '', idempotencyKey: '' },
      caller: { ...supplier, userId: 'supplier-2' },
    });
  }
}

async function settleAsPaid(membershipId: string): Promise<void> {
  for (const { id, kind } of (await bed.invoices.list({ membershipId }, 50, '')).rows.filter(
    ({ kind }) => kind === 'INVOICE',
  ))
    await bed.settleInvoice.execute({
      ...{ invoiceId: id, state: 'PAID', settledOn: localDate('2024-01-29'), reason: '' },
      ...{ caller: supplier, idempotencyKey: `paid ${id} ${kind}` },
    });
}

/** Each line of an entry as one of hledger's; nothing is added up here. */
function inHledger(fec: string): string {
  const [head = '', ...lines] = fec.split('\r\n').filter((line) => line !== '');
  const names = head.split('\t');
  const rows = lines.map((line) =>
    Object.fromEntries(line.split('\t').map((field, at) => [names[at]!, field])),
  );
  const entries = Map.groupBy(rows, (row) => row['EcritureNum']!);
  return [...entries.values()]
    .map((entry) => {
      const { EcritureDate: day = '', PieceRef: piece, EcritureLib: label } = entry[0]!;
      const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
      const sides = entry.flatMap(({ CompteNum, Debit = '', Credit = '' }) => [
        `    ${CompteNum}  ${Debit.replace(',', '.')} EUR`,
        `    ${CompteNum}  -${Credit.replace(',', '.')} EUR`,
      ]);
      return [`${date} (${piece}) ${label}`, ...sides, ''].join('\n');
    })
    .join('\n');
}

const hledger = (journal: string, ...asked: string[]): string =>
  execFileSync('hledger', ['-f', '-', ...asked], {
    input: journal,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: 'pipe',
  });

/** By account, in cents. */
function balances(journal: string): Record<string, bigint> {
  const [, ...rows] = hledger(journal, 'balance', '--no-total', '--flat', '-O', 'csv')
    .trim()
    .split('\n');
  return Object.fromEntries(
    rows.map((row) => {
      const [account = '', amount = ''] = row.replaceAll('"', '').split(',');
      const [euros = '', cents = ''] = amount.replace(' EUR', '').split('.');
      return [account, BigInt(euros + cents.padEnd(2, '0'))];
    }),
  );
}

/** The same of the rows of invoices, credits taken off. */
async function invoiced(year: number) {
  const [sums] = await bed.rows<{ net: bigint; vat: bigint; total: bigint; kinds: string[] }>(
    `select sum(sign * net_cents)::bigint as net, sum(sign * vat_cents)::bigint as vat, sum(sign * total_cents)::bigint as total,
            array_agg(distinct kind order by kind) as kinds
       from (select *, case when kind like 'CREDIT%' then -1 else 1 end as sign from invoice
              where status = 'FINALISED' and series_year = ${year}) as issued`,
  );
  return sums!;
}

test.each(years)(
  'the journal of %s balances entry by entry, and adds up to the invoices less the credits',
  async (year) => {
    const journal = journals.get(year)!;
    hledger(journal, 'check');
    const { net, vat, total } = await invoiced(year);
    expect(balances(journal)).toEqual({ 411000: total, 706000: -net, 445710: -vat });
    const documents = hledger(journal, 'print')
      .split('\n')
      .filter((line) => /^\d{4}-/.test(line));
    const [{ n } = { n: 0n }] = await bed.rows<{ n: bigint }>(
      `select count(*) as n from invoice where status = 'FINALISED' and series_year = ${year}`,
    );
    expect(BigInt(documents.length)).toBe(n);
  },
);

test('all kinds of documents at both rates were booked', async () => {
  const kinds = await bed.rows<{ kind: string }>(
    `select distinct kind from invoice where status = 'FINALISED' order by kind`,
  );
  expect(kinds.map(({ kind }) => kind)).toEqual([
    ...['COMPLEMENT', 'CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE', 'INVOICE'],
  ]);
  expect(
    await bed.rows(`select distinct vat_basis_points as rate from invoice_vat_total order by 1`),
  ).toEqual([...[{ rate: 550 }, { rate: 2000 }]]);
});

test('hledger refuses a journal in which one cent is another', () => {
  const journal = journals
    .get(2022)!
    .replace(
      /706000 {2}-(\d+)\.(\d)(\d) EUR/,
      (_all, euros: string, tenth: string, cent: string) =>
        `706000  -${euros}.${tenth}${(Number(cent) + 1) % 10} EUR`,
    );
  expect(() => hledger(journal, 'check')).toThrow(/unbalanced/i);
});
