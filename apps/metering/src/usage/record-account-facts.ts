import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { AccountFacts, type RecordedFact } from './account-facts.pg.js';
import { Certificates } from './certificates/certificates.pg.js';
import { TellLateFacts } from './certificates/tell-late-facts.js';
import { UsageChanges, openIntervals, sameIntervals } from './domain/account-days.js';

/**
 * Takes facts about accounts into the meter (MTR-1..3). What the touched accounts counted before
 * and what they count now differ on some days only; just those days of U change, however old.
 *
 * Every fact may come twice and in any order: it is stored once, and the intervals are always
 * recomputed from all stored facts of the account.
 */
@Injectable()
export class RecordAccountFacts {
  constructor(
    private readonly accounts: AccountFacts,
    private readonly certificates: Certificates,
    private readonly lateFacts: TellLateFacts,
  ) {}

  /** `shard` is the partition the facts came from: what two transactions at once never share. */
  async execute(tx: Transaction, shard: number, facts: readonly RecordedFact[]): Promise<void> {
    await this.certificates.holdIntake(tx);
    const touched = await this.accounts.add(tx, facts);
    if (touched.length === 0) return;

    const changes = new UsageChanges();
    const changed = [];
    for (const { accountId, facts: known, intervals: before } of await this.accounts.historiesOf(
      tx,
      touched,
    )) {
      const intervals = openIntervals(known);
      if (sameIntervals(before, intervals)) continue;
      changes.add(before, -1);
      changes.add(intervals, +1);
      changed.push({ accountId, intervals });
    }
    await this.accounts.replaceIntervals(tx, changed);
    await this.accounts.addUsageChanges(tx, shard, changes.all());
    await this.lateFacts.execute(tx, changes.all());
  }
}
