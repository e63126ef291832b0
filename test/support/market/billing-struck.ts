import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { BillingService, InvoiceCorrectionService } from '#libs/contracts';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { patience } from '#libs/testing';
import { type BilledPeriod, billPeriod } from '../../../deploy/local/demo/bill-period.js';
import { people } from '../../../deploy/local/demo/players.js';
import { DemoTokens } from '../../../deploy/local/demo/tokens.js';
import type { Stack } from '../../../deploy/local/stack.mjs';

const patienceMs = 45_000 * patience;

/** The billing process of a stack, struck with SIGKILL while it does something that shows in its database. */
export class BillingStruck {
  /** The supplier's door. Its calls do not wait out a restart: they fail as the process dies. */
  readonly supplier: RpcClient<typeof BillingService>;
  /** Of the person who proposes, and of the one who approves (BIL-8). */
  readonly proposer: RpcClient<typeof InvoiceCorrectionService>;
  readonly approver: RpcClient<typeof InvoiceCorrectionService>;

  private constructor(
    private readonly stack: Stack,
    private database: pg.Client,
    private readonly marketCode: string,
  ) {
    const { ISSUER_URL = '', CLIENT_SECRET = '', BILLING_RPC = '' } = stack.env;
    const tokens = new DemoTokens(ISSUER_URL, CLIENT_SECRET);
    const as = (user: string) => ({
      address: BILLING_RPC,
      token: () => tokens.token('billing', user),
    });
    this.supplier = createRpcClient(BillingService, as(people.supplier));
    this.proposer = createRpcClient(InvoiceCorrectionService, as(people.supplier));
    this.approver = createRpcClient(InvoiceCorrectionService, as(people.secondSupplier));
  }

  static async of(stack: Stack, marketCode: string): Promise<BillingStruck> {
    return new BillingStruck(stack, await connected(stack), marketCode);
  }

  async end(): Promise<void> {
    for (const client of [this.supplier, this.proposer, this.approver]) client.close();
    await this.database.end();
  }

  run(periodEndsOn: string): Promise<BilledPeriod> {
    return billPeriod(this.supplier, { marketCode: this.marketCode, periodEndsOn });
  }

  /** Begins two runs at once, and kills as soon as there are drafts; gives how many stood when the process was gone. */
  async strikeRuns(periodEndsOn: string): Promise<number> {
    const asked = { marketCode: this.marketCode, periodEndsOn };
    await Promise.all([this.supplier.runBilling(asked), this.supplier.runBilling(asked)]);
    await this.until('there are drafts', async () => (await this.drafts(periodEndsOn)) > 0);
    const returns = await this.kill();
    const struck = await this.drafts(periodEndsOn);
    await returns();
    return struck;
  }

  /** Begins a run, kills PostgreSQL and wipes Redis as soon as there are drafts; gives how many stood when it was back. */
  async strikeBacking(periodEndsOn: string): Promise<number> {
    await this.supplier.runBilling({ marketCode: this.marketCode, periodEndsOn });
    await this.until('there are drafts', async () => (await this.drafts(periodEndsOn)) > 0);
    const restarts = this.stack.restartsOf('billing');
    this.stack.kill('postgres');
    const redis = new Redis(this.stack.backing.redisUrl);
    await redis.flushall();
    redis.disconnect();
    await this.stack.waitReady('postgres', patienceMs);
    this.database = await connected(this.stack);
    const struck = await this.drafts(periodEndsOn);
    // The process itself lives on.
    if (this.stack.restartsOf('billing') !== restarts) throw new Error('billing ended too');
    return struck;
  }

  /** Kills as soon as so many drafts of the market have their number; gives how many have it then. */
  async strikeNumbering(numberedAtLeast: number): Promise<number> {
    const numbered = () => this.count(`select from invoice where status = 'FINALISED'`);
    await this.until(
      'drafts are being numbered',
      async () => (await numbered()) >= numberedAtLeast,
    );
    const returns = await this.kill();
    const finalised = await numbered();
    await returns();
    return finalised;
  }

  /**
   * Kills while what `issue` asks for stands at the counter of numbers, which is held here meanwhile: its credit note is
   * written, and has no number. Gives what the caller was told.
   */
  async strikeIssue(issue: () => Promise<unknown>): Promise<string> {
    await this.database.query('begin');
    await this.database.query('select from invoice_series for update');
    const told = issue().then(
      () => 'answered',
      () => 'died',
    );
    await this.until(
      'it waits for its number',
      async () => (await this.count('select from pg_locks where not granted')) > 0,
    );
    const returns = await this.kill(() => this.database.query('rollback'));
    await returns();
    return told;
  }

  /** Resolves when the database has let go of the dead; what it gives, when the next one is ready. */
  private async kill(then?: () => Promise<unknown>): Promise<() => Promise<void>> {
    const connected = `select pid from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    const { rows } = await this.database.query<{ pid: number }>(connected);
    const pids = rows.map(({ pid }) => pid);
    const restarts = this.stack.restartsOf('billing');
    this.stack.kill('billing');
    await then?.();
    await this.until('the connections of the dead are gone', async () => {
      return (await this.count(`${connected} and pid = any ($1)`, [pids])) === 0;
    });
    return async () => {
      await this.until('it is restarted', () => this.stack.restartsOf('billing') > restarts);
      await this.stack.waitReady('billing', patienceMs);
    };
  }

  private drafts(periodEndsOn: string): Promise<number> {
    return this.count('select from invoice where period_end = $1', [periodEndsOn]);
  }

  private async count(select: string, values: unknown[] = []): Promise<number> {
    return (await this.database.query(select, values)).rowCount ?? 0;
  }

  private async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
      await sleep(1);
    }
  }
}

async function connected({ backing }: Stack): Promise<pg.Client> {
  const address = new URL(backing.postgresUrl);
  address.pathname = new URL(backing.databaseUrls['billing'] ?? '').pathname;
  const database = new pg.Client({ connectionString: address.href });
  // It is lost where PostgreSQL is struck.
  database.on('error', () => undefined);
  await database.connect();
  return database;
}
