import { Injectable } from '@nestjs/common';
import { together, type Transaction } from '#libs/persistence';
import { accountFactOf, AccountFacts, type RecordedFact } from './account-facts.pg.js';
import { Certificates } from './certificates/certificates.pg.js';
import { TellLateFacts } from './certificates/tell-late-facts.js';
import {
  type AccountFact,
  openIntervals,
  sameIntervals,
  UsageChanges,
} from './domain/account-days.js';

/**
 * Takes facts about accounts into the meter (MTR-1..3). What the touched accounts counted before
 * and what they count now differ on some days only; just those days of U change, however old.
 *
 * Every fact may come twice and in any order: it is stored once, and the intervals are always
 * recomputed from all stored facts of the account. What is stored is asked once; what follows from it is sent together.
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
    const byAccount = Map.groupBy(facts, ({ accountId }) => accountId);
    const [, intake, stored] = await together(
      this.certificates.holdIntake(tx),
      this.certificates.openIntake(tx),
      this.accounts.of(tx, [...byAccount.keys()]),
    );
    const added: RecordedFact[] = [];
    const changes = new UsageChanges();
    const changed = [];
    for (const [accountId, told] of byAccount) {
      const known = stored.get(accountId) ?? [];
      const fresh = notYetStored(told, known);
      if (fresh.length === 0) continue;
      added.push(...fresh);
      const before = openIntervals(known);
      const intervals = openIntervals([...known, ...fresh.map(accountFactOf)]);
      if (sameIntervals(before, intervals)) continue;
      changes.add(before, -1);
      changes.add(intervals, +1);
      changed.push({ accountId, had: before.length > 0, intervals });
    }
    if (added.length === 0) return;
    const all = changes.all();
    await this.accounts.add(tx, intake, added);
    await together(
      this.accounts.replaceIntervals(tx, changed),
      this.accounts.addUsageChanges(tx, shard, all),
      this.lateFacts.execute(tx, all),
    );
  }
}

const isRising = (facts: readonly RecordedFact[]): boolean =>
  facts.every(({ sequence }, at) => at === 0 || sequence > facts[at - 1]!.sequence);

/** Each once, the first as it came. */
function notYetStored(
  told: readonly RecordedFact[],
  known: readonly AccountFact[],
): readonly RecordedFact[] {
  if (known.length === 0 && isRising(told)) return told;
  const sequences = new Set(known.map(({ sequence }) => sequence));
  return told.filter(({ sequence }) => {
    if (sequences.has(sequence)) return false;
    sequences.add(sequence);
    return true;
  });
}
