import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { Database, isKeyTaken, isRetriableFault, isStalePlan } from './database.js';
import { firstFailureOf, together, type Transaction } from './transaction.js';

const attemptsMax = 5;

// Named, so that the server need not read them anew.
const begin = { name: 'begin', text: 'begin' };
const commit = { name: 'commit', text: 'commit' };

type Sent = {
  readonly client: PoolClient;
  readonly carrier: string | undefined;
  readonly writes: Promise<unknown>[];
  hasFailed: boolean;
  /** On its way already. */
  committed?: Promise<QueryResult>;
};

/** What the transactions under way have sent and nobody waits for. */
const inFlight = new WeakMap<Transaction, Sent>();

/** Who carries what the transaction does: it stands in every entry of the journal that it writes. */
export const carrierOf = (tx: Transaction): string | undefined => inFlight.get(tx)?.carrier;

/**
 * Sends a write whose answer nobody needs, so that it costs no journey of its own: it travels with what follows, at
 * the latest with the commit. Its failure, as `failureOf` says it, is thrown by `run` unless an earlier statement
 * failed. Not behind a savepoint: what fails there would be told too late.
 */
export async function leaveInFlight(
  tx: Transaction,
  statement: QueryConfig,
  failureOf: (error: unknown) => unknown = (error) => error,
): Promise<void> {
  const sent = inFlight.get(tx);
  const write = new Promise<void>((resolve, reject) => {
    const answered = (error: Error | null) => {
      if (!error) return resolve();
      if (sent) sent.hasFailed = true;
      reject(failureOf(error) as Error);
    };
    if (sent) sent.client.query(statement, answered);
    else tx.query(statement).then(() => answered(null), answered);
  });
  if (!sent) return write;
  // It is waited for with the commit; until then its failure is nobody's.
  write.catch(() => undefined);
  sent.writes.push(write);
}

/**
 * Sends the commit behind the statements that were sent last, so that it costs no journey of its own. For the end of a
 * unit of work: nothing may be sent after it, and what the work throws once these are answered undoes nothing. Where one
 * of them fails, nothing is committed.
 */
export function commitBehind(tx: Transaction): void {
  const sent = inFlight.get(tx);
  // By hand, as in a test: whoever began it commits.
  if (!sent) return;
  sent.committed = sent.client.query(commit);
  // Waited for when the work is done.
  sent.committed.catch(() => undefined);
}

/** Runs work in one READ COMMITTED transaction: all of it is kept, or none. */
@Injectable()
export class UnitOfWork {
  constructor(private readonly database: Database) {}

  /**
   * Deadlocks and serialization failures are run again, at most five times in all, so the work must
   * have no effect outside the transaction. So is a key that another transaction took: run again, the work finds
   * the other's row and says what it means. So is what met a plan of before a change of the schema, on another
   * connection. What another transaction locks is waited for beside the pool (`LockWaits`). Any other error
   * rolls back and is thrown as it is.
   */
  async run<T>(work: (tx: Transaction) => Promise<T>, carrier?: string): Promise<T> {
    let connectionsLeft = this.database.pool.options.max;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.database.lockWaits.run(() => this.once(work, carrier));
      } catch (error) {
        // The connection is gone with its plans, and each in the pool may have one.
        if (isStalePlan(error) && connectionsLeft-- > 0) {
          attempt -= 1;
          continue;
        }
        const again = isRetriableFault(error) || isKeyTaken(error);
        if (!again || attempt >= attemptsMax) throw error;
        await sleep(10 * attempt);
      }
    }
  }

  private async once<T>(
    work: (tx: Transaction) => Promise<T>,
    carrier: string | undefined,
  ): Promise<T> {
    const client = await this.database.connect();
    const sent: Sent = { client, carrier, writes: [], hasFailed: false };
    inFlight.set(client, sent);
    let broken: Error | undefined;
    try {
      // On its way with the first statement; only a lost connection fails it, and then that one too.
      await leaveInFlight(client, begin);
      const result = await work(client);
      // A write that the driver refused never left: the server does not know, and would commit without it. Behind one
      // of this turn nothing leaves either (JourneyClient).
      if (sent.hasFailed) await together(...sent.writes);
      const committed = sent.committed ?? client.query(commit);
      await together(...sent.writes, committed);
      if ((await committed).command !== 'COMMIT') throw new RangeError('A failure was passed over');
      return result;
    } catch (error) {
      await client.query('rollback').catch((cause: Error) => {
        broken = cause;
      });
      // What comes after a failed statement fails only by it.
      const first = await firstFailureOf(sent.writes);
      const reason: unknown = first ? first.reason : error;
      if (isStalePlan(reason)) broken ??= reason as Error;
      throw reason;
    } finally {
      inFlight.delete(client);
      // A client whose rollback failed may hold another's answer: it must not return to the pool.
      client.release(broken);
    }
  }
}
