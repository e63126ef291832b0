import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, isKeyTaken, isRetriableFault } from './database.js';
import type { Transaction } from './transaction.js';

const attemptsMax = 5;

/** Runs work in one READ COMMITTED transaction: all of it is kept, or none. */
@Injectable()
export class UnitOfWork {
  constructor(private readonly database: Database) {}

  /**
   * Deadlocks and serialization failures are run again, at most five times in all, so the work must
   * have no effect outside the transaction. So is a key that another transaction took: run again, the work finds
   * the other's row and says what it means. Any other error rolls back and is thrown as it is.
   */
  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        const again = isRetriableFault(error) || isKeyTaken(error);
        if (!again || attempt >= attemptsMax) throw error;
        await sleep(10 * attempt);
      }
    }
  }

  private async once<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.database.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      // A client whose rollback failed may hold another's answer: it must not return to the pool.
      client.release(broken);
    }
  }
}
