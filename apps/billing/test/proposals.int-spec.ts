import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { Drafts } from '../src/invoices/drafts/drafts.pg.js';
import { toApplied, toProposal } from '../src/proposals/proposals.dto.js';
import { BillingBed, coordinator, supplier } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: no price and no account in force without two persons, whoever writes; what was read is what is approved; an
 * invoice bears what two persons stand for. Method: the use cases on PostgreSQL, and SQL as the service's own role.
 */
let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
}, 60_000);
afterEach(() => bed.fresh.drop());

const header = 'item;contract_year_from;unit_price;vat_percent';
const revised = `${header}\nELEVE;2024-07-19;2.5000;20`;
const iban = 'FR7630006000011234567890189';
const other = 'BE68539007547034';
const pricesInForce = async () =>
  (
    await bed.rows<{ price: bigint }>(
      'select unit_price_ten_thousandths as price from price order by version',
    )
  ).map(({ price }) => Number(price));
const events = async () =>
  (await bed.rows<{ type: string }>('select type from platform.outbox order by id')).map(
    ({ type }) => type.replace('ent.billing.v1.', ''),
  );
const digestOf = async (proposalId: string) =>
  (await bed.viewProposals.show(coordinator, proposalId)).proposal.digest;

test('BIL-2: prices are in force once another person has approved what it read, and the members are told', async () => {
  const { proposalId, changes } = await bed.propose(revised);
  expect(changes).toEqual([
    {
      ...{ itemCode: 'ELEVE', label: 'Compte élève', effectiveFrom: '2024-07-19' },
      ...{ unitPriceTenThousandths: 25000, vatBasisPoints: 2000 },
    },
  ]);
  expect(await pricesInForce()).toEqual([23500, 24182]);
  await bed.approve(proposalId);
  expect(await pricesInForce()).toEqual([23500, 24182, 25000]);
  expect(await events()).toEqual(['PricesApproved', 'PricesApproved']);
  const { proposal, isOutdated } = await bed.viewProposals.show(supplier, proposalId);
  expect([proposal.decision?.outcome, proposal.decision?.decidedBy, isOutdated]).toEqual([
    'APPROVED',
    'coordinator-1',
    false,
  ]);
  const entries = await bed.rows<{ action: string; actor: string; rests_on: string }>(
    `select action, actor, rests_on from platform.audit_entry where details->>'proposalId' = '${proposalId}' order by id`,
  );
  expect(entries).toEqual([
    { action: 'prices.proposed', actor: 'supplier-1', rests_on: 'ab'.repeat(32) },
    { action: 'proposal.approved', actor: 'coordinator-1', rests_on: 'ab'.repeat(32) },
  ]);
});

test('BIL-2: a dry run says what a file changes and proposes nothing; without its paper nothing is proposed', async () => {
  bed.papers.missing = true;
  const { proposalId, changes } = await bed.propose(
    `${header}\nELEVE;2022-07-19;2.3500;20\nELEVE;2023-12-01;3;20`,
    { dryRun: true, documentId: '' },
  );
  expect([proposalId, changes]).toMatchObject([
    '',
    [{ unitPriceTenThousandths: 30000, before: { unitPriceTenThousandths: 24182 } }],
  ]);
  for (const refused of [bed.propose(revised), bed.proposePaying(iban, '2022-09-01')]) {
    await expect(refused).rejects.toMatchObject({ code: 'PAPER_NOT_DEPOSITED' });
  }
  const { rows } = await bed.viewProposals.list(
    coordinator,
    { marketCode, openOnly: true },
    50,
    '',
  );
  expect(rows).toEqual([]);
});

test('BIL-2: a revision is calculated once, kept with its indices and paper, and in force as it was read', async () => {
  const revision = {
    ...{ baseOn: localDate('2023-07-19'), effectiveFrom: localDate('2024-07-19') },
    ...{ constant: '0.15', roundsFactor: false },
    terms: [
      {
        ...{ index: 'Syntec', coefficient: '0.85' },
        base: { value: '280.4', on: '2022-04-01', source: 'syntec.fr' },
        current: { value: '301.8', on: '2022-05-01', source: 'syntec.fr' },
      },
    ],
  };
  await bed.fresh.database.query(`select platform.begin_day('2024-06-01')`);
  const propose = (over: Partial<typeof revision> = {}, dryRun = false) =>
    bed.proposeRevision.execute({
      ...{ marketCode, documentId: 'bpu', dryRun, caller: supplier, idempotencyKey: '' },
      revision: { ...revision, ...over },
    });
  // 2.4182 × 1.0648716… = 2.575072…
  const changes = [{ unitPriceTenThousandths: 25_751, effectiveFrom: '2024-07-19' }];
  expect(await propose({}, true)).toMatchObject({ proposalId: '', changes });
  const { proposalId } = await propose();
  const seen = await bed.viewProposals.show(coordinator, proposalId);
  expect(seen.revision).toMatchObject({
    ...{ revision, factor: '1.06487161' },
    basePrices: [{ itemCode: 'ELEVE', unitPrice: '24182' }],
  });
  const byName = [{ itemCode: 'ELEVE', label: 'Compte élève', unitPriceTenThousandths: 24_182 }];
  expect(toProposal(seen, [], coordinator).revision?.basePrices).toEqual(byName);
  await bed.approve(proposalId);
  expect(await pricesInForce()).toEqual([23500, 24182, 25_751]);
  // Of a day without a price there is nothing to revise; what gives what is in force proposes nothing.
  const noBase = propose({ baseOn: localDate('2025-07-19') });
  await expect(noBase).rejects.toMatchObject({ code: 'REVISION_BASE_MISSING' });
  const unchanged = await propose();
  expect(unchanged).toMatchObject({ proposalId: '', changes: [] });
  expect(toApplied(unchanged.applied, unchanged.items).basePrices).toEqual(byName);
  const later = propose({ effectiveFrom: localDate('2031-07-19') });
  await expect(later).rejects.toMatchObject({ code: 'PRICES_INVALID' });
});

test('one person alone brings no price: who proposed does not decide, with whatever roles', async () => {
  const both = callerOf({
    ...{ userId: 'both', roles: ['supplier', 'coordinator'], markets: [marketCode] },
  });
  const { proposalId } = await bed.propose(revised, { caller: both });
  await expect(bed.approve(proposalId, { caller: both })).rejects.toMatchObject({
    code: 'PROPOSAL_OWN',
  });
  expect(await pricesInForce()).toEqual([23500, 24182]);
  const [entry] = await bed.rows<{ actor: string; code: string }>(
    `select actor, details->>'code' as code from platform.audit_entry where action = 'proposal.approved.refused'`,
  );
  expect(entry).toEqual({ actor: 'both', code: 'PROPOSAL_OWN' });
});

test('to whom has no right in its market a proposal does not exist, and to decide takes the right role', async () => {
  const { proposalId } = await bed.propose(revised);
  const unknown = { code: 'PROPOSAL_UNKNOWN' };
  const digest = await digestOf(proposalId);
  const elsewhere = callerOf({
    ...{ userId: 'coordinator-2', roles: ['coordinator'], markets: ['another-market'] },
  });
  const secondSupplier = callerOf({
    ...{ userId: 'supplier-2', roles: ['supplier'], markets: [marketCode] },
  });
  await expect(bed.viewProposals.show(elsewhere, proposalId)).rejects.toMatchObject(unknown);
  for (const caller of [elsewhere, secondSupplier]) {
    await expect(bed.approve(proposalId, { caller, digest })).rejects.toMatchObject(unknown);
  }
  await expect(
    bed.approve(proposalId, { outcome: 'WITHDRAWN', caller: secondSupplier }),
  ).rejects.toMatchObject({ code: 'PROPOSAL_OF_ANOTHER' });
});

test('BIL-2: what was agreed on is read day for day by whoever is of the market, and by nobody else', async () => {
  await bed.import(`${header}\nELEVE;2023-12-01;3;20\nELEVE;2022-07-19;2.3600;20`);
  for (const [account, from] of [
    [iban, '2022-09-01'],
    [other, '2022-12-01'],
    [iban, '2022-12-01'],
  ] as const) {
    await bed.approve((await bed.proposePaying(account, from)).proposalId);
  }
  await bed.propose(`${header}\nELEVE;2024-07-19;9;20`);
  await bed.day('2022-11-30');
  const caller = callerOf({
    ...{ userId: 'reader', roles: ['member-reader'], markets: [marketCode] },
  });
  const { prices, accounts } = await bed.showAgreements.execute(caller, marketCode);
  // The first year's price was corrected, the second year's changes within it; none is carried over, and none only proposed.
  expect(
    prices.map(({ period, unitPrice, isInForce }) => [
      ...[period.start, period.end, unitPrice, isInForce],
    ]),
  ).toEqual([
    ['2022-07-19', '2023-07-19', 23600n, true],
    ['2023-07-19', '2023-12-01', 24182n, false],
    ['2023-12-01', '2024-07-19', 30000n, false],
  ]);
  expect(accounts).toEqual([
    { version: 1, iban, effectiveFrom: '2022-09-01', isInForce: true },
    { version: 3, iban, effectiveFrom: '2022-12-01', isInForce: false },
  ]);
  const elsewhere = callerOf({
    ...{ userId: 'supplier-3', roles: ['supplier'], markets: ['another-market'] },
  });
  await expect(async () => bed.showAgreements.execute(elsewhere, marketCode)).rejects.toMatchObject(
    { code: 'NOT_FOUND' },
  );
});

test('what was not read is not approved; a proposal is decided once, whatever comes at once', async () => {
  const { proposalId } = await bed.propose(revised);
  await expect(bed.approve(proposalId, { digest: 'f'.repeat(64) })).rejects.toMatchObject({
    code: 'PROPOSAL_CHANGED',
  });
  const digest = await digestOf(proposalId);
  const reason = 'Le BPU dit autre chose.';
  const answers = await Promise.allSettled([
    bed.approve(proposalId, { digest }),
    bed.approve(proposalId, { digest, outcome: 'REJECTED', reason }),
    bed.approve(proposalId, { digest, caller: { ...coordinator, userId: 'coordinator-2' } }),
  ]);
  const codes = answers.map((one) =>
    one.status === 'fulfilled' ? 'decided' : (one.reason as { code: string }).code,
  );
  expect(codes.sort()).toEqual(['PROPOSAL_DECIDED', 'PROPOSAL_DECIDED', 'decided']);
});

test('one proposal of a kind waits at a time; withdrawn, rejected or expired, the next one may come', async () => {
  const { proposalId: first } = await bed.propose(revised);
  await expect(bed.propose(revised)).rejects.toMatchObject({ code: 'PROPOSAL_WAITING' });
  await bed.approve(first, { outcome: 'WITHDRAWN', caller: supplier, digest: '' });
  const { proposalId: second } = await bed.propose(revised);
  const rejected = { outcome: 'REJECTED', reason: ' ' } as const;
  await expect(bed.approve(second, rejected)).rejects.toMatchObject({
    code: 'PROPOSAL_REASON_MISSING',
  });
  await bed.approve(second, { outcome: 'REJECTED', reason: 'Prix faux.' });
  const { proposalId: third } = await bed.propose(revised);
  await bed.day('2022-09-17');
  await expect(bed.approve(third)).rejects.toMatchObject({ code: 'PROPOSAL_EXPIRED' });
  await bed.import(revised);
  expect(await pricesInForce()).toEqual([23500, 24182, 25000]);
});

test('MKT-6: days invoiced between proposal and approval keep their price', async () => {
  await bed.member('m1', 10);
  await bed.day('2022-09-30');
  const { proposalId } = await bed.propose(`${header}\nELEVE;2022-10-01;9;20`);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await expect(bed.approve(proposalId)).rejects.toMatchObject({ code: 'PRICE_ALREADY_INVOICED' });
  expect(await pricesInForce()).toEqual([23500, 24182]);
});

test('the invoice bears the account of the day it is drafted, none before the first is approved', async () => {
  await bed.member('m1', 10);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const { proposalId } = await bed.proposePaying('fr76 3000 6000 0112 3456 7890 189', '2022-11-01');
  const { account } = await bed.viewProposals.show(coordinator, proposalId);
  expect(account).toMatchObject({ iban, ibanBefore: '', effectiveFrom: '2022-11-01' });
  await bed.approve(proposalId);
  await bed.day('2023-01-19');
  const { proposalId: next } = await bed.proposePaying(other, '2023-02-01');
  await bed.approve(next);
  await bed.run('2023-01-19');
  await bed.day('2023-04-19');
  await bed.run('2023-04-19');
  const { rows } = await bed.invoices.list({ membershipId: 'm1' }, 50, '');
  const sellers = await Promise.all(
    rows.map(async ({ id }) => (await bed.invoices.get(id)).seller),
  );
  expect(sellers.map((seller) => seller.iban)).toEqual([other, iban, '']);
  expect(await events()).toEqual(
    expect.arrayContaining(['SupplierAccountApproved', 'SupplierAccountApproved']),
  );
  await expect(bed.proposePaying(other, '2023-05-01')).rejects.toMatchObject({
    code: 'ACCOUNT_UNCHANGED',
  });
});

test.each([
  ['IBAN_INVALID', 'FR7630006000011234567890188', '2022-09-01'],
  ['ACCOUNT_DATE_INVALID', iban, '2022-07-18'],
])('%s: an account that cannot be is not proposed', async (code, account, from) => {
  await expect(bed.proposePaying(account, from)).rejects.toMatchObject({ code });
});

test('an approval that is killed anywhere leaves neither decision nor price, and may come again', async () => {
  const { proposalId } = await bed.propose(revised);
  const append = bed.prices.append.bind(bed.prices);
  bed.prices.append = async (...given) => {
    await append(...given);
    // As a kill would: the connection goes with all that was sent.
    await given[0].query('select pg_terminate_backend(pg_backend_pid())');
  };
  await expect(bed.approve(proposalId)).rejects.toThrow();
  const { proposal } = await bed.viewProposals.show(coordinator, proposalId);
  expect([proposal.decision, await pricesInForce()]).toEqual([undefined, [23500, 24182]]);
  bed.prices.append = append;
  await bed.approve(proposalId);
  expect(await pricesInForce()).toEqual([23500, 24182, 25000]);
});

describe('SQL as the service’s own role', () => {
  /** Statements of one transaction. */
  const together = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: bed.fresh.url });
    await client.connect();
    try {
      await client.query('begin');
      for (const sql of statements) await client.query(sql);
      await client.query('commit');
    } finally {
      await client.end();
    }
  };
  const price = (proposalId: string, version = 3, amount = 25000, from = '2024-07-19') =>
    `insert into price values ('${marketCode}', ${version}, 'ELEVE', '${from}', ${amount}, 2000, '${proposalId}')`;
  const account = (proposalId: string, version = 1, number = iban, from = '2022-09-01') =>
    `insert into supplier_account values ('${marketCode}', ${version}, '${number}', '${from}', '${proposalId}')`;
  const approval = (proposalId: string, by = 'coordinator-1') =>
    `insert into platform.proposal_decision
       select proposal_id, digest, proposed_by, proposed_on, expires_on, 'APPROVED', '${by}', '2022-07-19', ''
       from platform.proposal where proposal_id = '${proposalId}'`;
  const unapproved = /is not what two persons approved/;

  test('writes no price without a proposal, without its approval, or in the proposer’s own name', async () => {
    const { proposalId } = await bed.propose(revised);
    await expect(together(price(randomUUID()))).rejects.toThrow(unapproved);
    await expect(together(price(proposalId))).rejects.toThrow(unapproved);
    await expect(together(approval(proposalId, 'supplier-1'), price(proposalId))).rejects.toThrow(
      /two_persons/,
    );
  });

  test('writes no other price than the approved one, no part of it, nothing twice and nothing later', async () => {
    const two = `${revised}\nELEVE;2025-07-19;2.6000;20`;
    const { proposalId } = await bed.propose(two);
    const both = [price(proposalId), price(proposalId, 4, 26000, '2025-07-19')];
    const approve = approval(proposalId);
    await expect(together(approve, price(proposalId))).rejects.toThrow(/without its effect/);
    await expect(together(approve)).rejects.toThrow(/without its effect/);
    for (const wrong of [
      price(proposalId, 3, 24999),
      price(proposalId, 3, 25000, '2024-07-20'),
      price(proposalId, 5),
    ]) {
      await expect(together(approve, ...both.slice(1), wrong)).rejects.toThrow(unapproved);
    }
    await together(approve, ...both);
    await expect(together(price(proposalId, 5))).rejects.toThrow(unapproved);
    // An approval of accounts brings no price.
    const { proposalId: paying } = await bed.proposePaying(iban, '2022-09-01');
    await bed.approve(paying);
    await expect(together(price(paying, 5))).rejects.toThrow(unapproved);
  });

  test('writes no account without two persons, no other one, and no approval of what it does not know', async () => {
    const { proposalId } = await bed.proposePaying(iban, '2022-09-01');
    await expect(together(account(proposalId))).rejects.toThrow(unapproved);
    const approve = approval(proposalId);
    for (const wrong of [
      account(proposalId, 1, other),
      account(proposalId, 2),
      account(proposalId, 1, iban, '2022-08-01'),
    ]) {
      await expect(together(approve, wrong)).rejects.toThrow(unapproved);
    }
    const forged = randomUUID();
    await expect(
      together(
        `insert into platform.proposal values ('${forged}', '${marketCode}', 'ANYTHING', 's', '{}', null, null, '',
           'supplier-1', '2022-07-19', '2022-09-01')`,
        approval(forged),
      ),
    ).rejects.toThrow(/without its effect/);
    await together(approve, account(proposalId));
  });

  test('drafts no invoice with another account, or with a price of nobody', async () => {
    await bed.member('m1', 10);
    await bed.day('2022-10-19');
    const causes: string[] = [];
    class Forging extends Drafts {
      constructor(private readonly forged: (draft: Draft) => Draft) {
        super();
      }
      override insert(tx: Tx, drafts: readonly Draft[], runId: string) {
        return super.insert(tx, drafts.map(this.forged), runId).catch((error: Error) => {
          causes.push(error.message);
          throw error;
        });
      }
    }
    type Tx = Parameters<Drafts['insert']>[0];
    type Draft = Parameters<Drafts['insert']>[1][number];
    const run = (forged: (draft: Draft) => Draft) =>
      bed.run('2022-10-19', marketCode, bed.workOffRuns(new Forging(forged)));
    const parked = { drafted: 0, failures: [{ code: 'DRAFTING_FAILED' }] };
    expect(
      await run((draft) => ({ ...draft, seller: { ...draft.seller, iban: other } })),
    ).toMatchObject(parked);
    expect(
      await run((draft) => ({
        ...draft,
        lines: draft.lines.map((line) => ({ ...line, unitPrice: 47000n, netCents: 11847n })),
      })),
    ).toMatchObject(parked);
    expect(causes).toEqual([
      expect.stringMatching(/bears the account that two persons approved/),
      expect.stringMatching(/bears a price that two persons approved/),
    ]);
    expect((await run((draft) => draft)).drafted).toBe(1);
  });
});

test('a market’s file that states another IBAN changes no invoice: it is shown beside what is proposed', async () => {
  const { proposalId } = await bed.proposePaying(iban, '2022-09-01');
  const { account } = await bed.viewProposals.show(coordinator, proposalId);
  expect(account?.ibanOfMarket).toBe('FR7630001007941234567890185');
});
