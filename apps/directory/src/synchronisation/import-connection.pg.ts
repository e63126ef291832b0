import type { PoolClient } from 'pg';
import { together, type Transaction } from '#libs/persistence';
import type { ImportToRun } from './import-to-run.js';

// Named, so that it goes in one piece with what follows.
const begin = { name: 'begin', text: 'begin' };

/** The connection of an import: its temporary tables belong to it, so it is not the shared unit of work. */
export class ImportConnection {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: PoolClient & Transaction,
    public work: ImportToRun,
  ) {}

  /** One transaction after the other, in the order in which they are asked for, whoever waits for them. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const asked = this.last.then(() => this.transact(work));
    this.last = asked.catch(() => undefined);
    return asked;
  }

  private async transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      // On its way with the first statement; only a lost connection fails it, and then that one too.
      const [, result] = await together(this.client.query(begin), work(this.client));
      await this.client.query('commit');
      return result;
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  async update(tx: Transaction, assignments: string, values: unknown[] = []): Promise<void> {
    await tx.query(`update directory_import set ${assignments} where import_id = $1`, [
      this.work.importId,
      ...values,
    ]);
  }

  async becomeFull(): Promise<void> {
    await this.run((tx) => this.update(tx, `extent = 'FULL'`));
    this.work = { ...this.work, extent: 'FULL' };
  }

  /** Destroyed, not returned: temporary tables must not outlive their use. */
  async close(): Promise<void> {
    await this.last;
    await letGo(this.client);
  }
}

/** Destroys a connection that may hold the turn of imports: that goes first, not whenever the server sees the end. */
export async function letGo(client: PoolClient): Promise<void> {
  try {
    await client.query('select pg_advisory_unlock_all()');
  } catch {
    // A connection that is gone holds nothing.
  } finally {
    client.release(true);
  }
}
