import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { BillingBed } from '../../apps/billing/test/billing-bed.test-support.js';
import { marketCode } from '../../apps/billing/test/market-facts.test-support.js';
import { Memberships } from '../../apps/metering/src/usage/memberships.pg.js';
import { type Ledger, ledgerOf } from './ledger.js';
import { type Books, committed, type Stage, stages } from './story.js';
import { refusedCommit, type Strike } from './strike.js';
import { WorkerProcess } from './worker-process.js';

/**
 * Goal: wherever a process of billing or metering dies, between any two statements, whoever goes on comes to the books
 * of a calm run (BIL-4, BIL-5, BIL-8, MTR-2). Method: a METERED quarter from account facts to the replacement of an
 * invoice, by the services' own use cases in processes of their own. One is calm; in the others a process ends itself by
 * SIGKILL, or loses its connection, at a statement of the calm one, and another process does that stage again and all
 * that follow. Everything both have written is compared, papers by their digest.
 * `npm run prove -- billing`: 20 statements of each point, behind each of its commits, and each transaction parted between
 * any two of its writes: that is refused by the database, or the comparison sees it.
 */
jest.setTimeout(1_800_000);

const isProof = process.env['PROVE'] === '1';

type Point = {
  readonly stage: Stage;
  /** The statements of it, among those of its stage when calm. */
  readonly of: (trace: readonly string[]) => readonly number[];
};
const every = (trace: readonly string[]) => [...trace.keys()];
const from = (trace: readonly string[], wanted: RegExp) =>
  trace.findIndex((text) => wanted.test(text));
const nextCommit = (trace: readonly string[], at: number) => trace.indexOf('commit', at);
const range = (start: number, end: number) =>
  Array.from({ length: end - start }, (_, n) => start + n);
const certified = (trace: readonly string[]) =>
  nextCommit(trace, from(trace, /into cut_off_certificate/));
const drafted = (trace: readonly string[]) => from(trace, /insert into invoice\s*\(/);
const stored = (trace: readonly string[]) =>
  every(trace)
    .filter((at) => /insert into invoice_document/.test(trace[at]!))
    .flatMap((at) => range(at, nextCommit(trace, at) + 1));

const points: Readonly<Record<string, Point>> = {
  'metering facts': { stage: 'meter', of: every },
  'certifying what was counted': {
    stage: 'run',
    of: (trace) => range(from(trace, /cut_off_certificate/), certified(trace) + 1),
  },
  'between the certificate and the invoice': {
    stage: 'run',
    of: (trace) => range(certified(trace) + 1, drafted(trace)),
  },
  'a run': { stage: 'run', of: (trace) => range(drafted(trace), trace.length) },
  numbering: {
    stage: 'number',
    of: (trace) => every(trace).filter((at) => !stored(trace).includes(at)),
  },
  'storing papers': { stage: 'number', of: stored },
  'late facts': { stage: 'late', of: every },
  correcting: { stage: 'correct', of: every },
};
/** In every `npm test`. */
const few = ['between the certificate and the invoice', 'storing papers'];
const asked = isProof ? Object.keys(points) : few;
const seeds = isProof ? 20 : 1;

type Pair = { readonly metering: FreshDatabase; readonly billing: FreshDatabase };
let heads: Books['heads'];
/** As both stand when a stage begins. */
const before = new Map<Stage, Pair>();
const traces = new Map<Stage, readonly string[]>();
let calm: Ledger;
let survivor: WorkerProcess;
const opened: { drop(): Promise<void> }[] = [];
const workers: Promise<WorkerProcess>[] = [];

beforeAll(async () => {
  const starting = aWorker();
  let pair: Pair = {
    metering: await freshDatabase('metering'),
    billing: await freshDatabase('billing'),
  };
  opened.push(pair.metering, pair.billing);
  const bed = new BillingBed(pair.billing);
  await bed.market({ basis: 'METERED' });
  for (const [membershipId, quantity] of Object.entries(committed)) {
    await bed.member(membershipId, quantity, undefined, { basis: 'METERED' });
    await pair.metering.unitOfWork.run((tx) =>
      new Memberships().save(tx, {
        membershipId,
        organisationId: `org-${membershipId}`,
        marketCode,
      }),
    );
  }
  heads = [...bed.heads.heads.values()];
  survivor = await starting;
  for (const stage of stages) {
    before.set(stage, pair);
    pair = await copyOf(pair);
    const told = await survivor.plays({ stages: [stage], books: booksOf(pair), worker: 'calm' });
    if (told === 'SIGKILL') throw new Error('nobody was to be killed');
    traces.set(stage, told.trace);
  }
  calm = await ledgerOf(pair.metering, pair.billing);
}, 300_000);

afterAll(async () => {
  for (const worker of workers) await (await worker).end();
  for (const one of opened.reverse()) await one.drop();
}, 120_000);

/** Under names of their own: of a copy of a copy they would grow beyond what PostgreSQL keeps of a name. */
async function copyOf({ metering, billing }: Pair): Promise<Pair> {
  const name = `test_kills_${randomBytes(6).toString('hex')}`;
  const pair = {
    metering: await metering.copy(`${name}_metering`),
    billing: await billing.copy(`${name}_billing`),
  };
  opened.push(pair.metering, pair.billing);
  return pair;
}

function aWorker(): Promise<WorkerProcess> {
  const worker = WorkerProcess.start();
  workers.push(worker);
  return worker;
}

const booksOf = ({ metering, billing }: Pair): Books => ({
  ...{ metering: metering.url, billing: billing.url, heads },
});

test('the calm quarter has invoices, a credit note and its replacement, and comes twice to the same', async () => {
  const rows = calm['billing invoices'] as Record<string, unknown>[];
  expect(
    rows
      .map(
        ({ kind, status, membership_id }) =>
          `${String(kind)} ${String(status)} ${String(membership_id)}`,
      )
      .sort(),
  ).toEqual([
    ...['CREDIT_NOTE FINALISED m1', 'INVOICE FINALISED m1', 'INVOICE FINALISED m1'],
    ...['INVOICE FINALISED m2', 'INVOICE FINALISED m3'],
  ]);
  expect(calm['metering certificates']).toHaveLength(4);
  const pair = await copyOf(before.get('meter')!);
  await survivor.plays({ stages, books: booksOf(pair), worker: 'calm' });
  await sameAsCalm(pair);
});

test.each(asked)('killed in %s, whoever goes on comes to the same books', async (name) => {
  const { stage, of } = points[name]!;
  const trace = traces.get(stage)!;
  const statements = of(trace);
  expect(statements.length).toBeGreaterThan(3);
  const strikes = strikesOf(trace, statements);
  let next = aWorker();
  for (const [n, strike] of strikes.entries()) {
    const victim = await next;
    if (n + 1 < strikes.length) next = aWorker();
    await struck(victim, stage, strike);
    await victim.end();
  }
});

/** Over all of them, whatever their number; in the proof behind each commit too, where a commit too many shows. */
function strikesOf(trace: readonly string[], statements: readonly number[]): Strike[] {
  const spread = Array.from({ length: seeds }, (_, seed) => ({
    at: statements[Math.floor(((seed + 0.5) / seeds) * statements.length)]!,
    how: (['AFTER', 'BEFORE', 'LOST'] as const)[seed % 3]!,
  }));
  const commits = statements.filter((at) => isProof && trace[at] === 'commit');
  const behind = commits.map((at) => ({ at, how: 'AFTER' as const }));
  return [...spread, ...behind].map(({ at, how }) => {
    const statement = trace[at]!;
    const nth = trace.slice(0, at + 1).filter((text) => text === statement).length;
    return { statement, nth, how };
  });
}

async function struck(victim: WorkerProcess, stage: Stage, strike: Strike): Promise<void> {
  const pair = await copyOf(before.get(stage)!);
  const books = booksOf(pair);
  const told = await victim.plays({ stages: [stage], books, worker: 'victim', strike });
  // One that met nothing would prove nothing.
  if (strike.how === 'LOST') expect(told).toMatchObject({ isStruck: true });
  else expect(told).toBe('SIGKILL');
  await survivor.plays({ stages: stages.slice(stages.indexOf(stage)), books, worker: 'survivor' });
  await sameAsCalm(pair, strike);
}

const isWrite = /^\s*(insert|update|delete|with\b.*\b(insert|update|delete)\b)/is;
/** Done again they say the same; usage before a certificate was given changes none. */
const harmless: Partial<Record<Stage, RegExp>> = {
  meter: /^\s*(select platform\.begin_day|insert into (days_told|usage_change))/,
  late: /^\s*(select platform\.begin_day|insert into days_told)/,
};

/** Writes that another one follows in the same transaction. */
function seamsOf(trace: readonly string[]): Strike[] {
  const writes = trace.flatMap((text, at) => (isWrite.test(text) ? [at] : []));
  const isFollowed = (at: number) =>
    writes.some((other) => other > at && other < nextCommit(trace, at));
  const isInside = (at: number) => trace.lastIndexOf('begin', at) > trace.lastIndexOf('commit', at);
  return writes
    .filter((at) => isInside(at) && isFollowed(at))
    .map((at) => ({
      statement: trace[at]!,
      nth: trace.slice(0, at + 1).filter((text) => text === trace[at]).length,
      how: 'PARTED',
    }));
}

// Whatever the strikes above do not see would be no proof: so each transaction is parted, write by write.
for (const stage of isProof ? stages : []) {
  test(`a commit too many in ${stage} is refused by the database, or seen in the books`, async () => {
    const unseen: string[] = [];
    for (const strike of seamsOf(traces.get(stage)!)) {
      const pair = await copyOf(before.get(stage)!);
      const victim = await aWorker();
      const books = booksOf(pair);
      const told = await victim
        .plays({ stages: [stage], books, worker: 'victim', strike })
        .catch((error: Error) => error.message);
      await victim.end();
      expect(told).toMatch(new RegExp(`^(SIGKILL$|${refusedCommit})`));
      if (told !== 'SIGKILL' || harmless[stage]?.test(strike.statement)) continue;
      const rest = stages.slice(stages.indexOf(stage));
      const isSeen = await survivor
        .plays({ stages: rest, books, worker: 'survivor' })
        .then(() => sameAsCalm(pair, strike))
        .then(
          () => false,
          () => true,
        );
      if (!isSeen) unseen.push(strike.statement.slice(0, 200));
    }
    expect(unseen).toEqual([]);
  });
}

test('BIL-5: two processes that begin, draft, number and correct the same at once write it once', async () => {
  const pair = await copyOf(before.get('run')!);
  const books = booksOf(pair);
  const other = await aWorker();
  const both = (stage: Stage) =>
    Promise.all([
      survivor.plays({ stages: [stage], books, worker: 'one' }),
      other.plays({ stages: [stage], books, worker: 'other' }),
    ]);
  await both('run');
  await both('number');
  await survivor.plays({ stages: ['late'], books, worker: 'one' });
  await both('correct');
  await sameAsCalm(pair, undefined, whatStands);
});

/**
 * Who comes second finds all done, and what it asked is journalled; who finds its member just being certified sets it
 * aside, and it is tried again.
 */
const whatStands = (ledger: Ledger): Ledger =>
  Object.fromEntries(
    Object.entries(ledger)
      .filter(([name]) => !name.endsWith(' journal'))
      .map(([name, rows]) => [
        name,
        name === 'billing runMembers'
          ? rows.map((row) => ({ ...(row as object), attempts: 0 }))
          : rows,
      ]),
  );

async function sameAsCalm(
  pair: Pair,
  strike?: Strike,
  compared = (ledger: Ledger) => ledger,
): Promise<void> {
  const { metering, billing } = pair;
  const told = await survivor.plays({
    stages: ['faults'],
    books: booksOf(pair),
    worker: 'checker',
  });
  expect({ strike, told }).toMatchObject({ strike, told: { faults: [] } });
  const ledger = compared(await ledgerOf(metering, billing));
  expect({ strike, ledger }).toEqual({ strike, ledger: compared(calm) });
  for (const one of [billing, metering]) await one.drop();
}
