import { DomainError } from '#libs/problems';
import { audit, type AuditEntry } from './audit.js';
import { decidesNothing, type Once } from './idempotency.js';
import type { Transaction } from './transaction.js';

/**
 * Runs a decision that bears no idempotency key, since a repetition changes nothing, and keeps its refusal:
 * everything the work wrote before its DomainError is undone (savepoint), and the audit gets the entry
 * of `entryOfRefusal`, one for each attempt. The refusal comes back as `{ refusal }` so that the caller
 * commits the entry before throwing: see `answerOrThrow`.
 * What `decidesNothing` is thrown, and not kept.
 */
export async function proveRefusal<T>(
  tx: Transaction,
  work: () => Promise<T>,
  entryOfRefusal: (refusal: DomainError) => AuditEntry,
): Promise<Once<T>> {
  await tx.query('savepoint decision');
  try {
    return { answer: await work() };
  } catch (error) {
    if (!(error instanceof DomainError) || decidesNothing(error)) throw error;
    await tx.query('rollback to savepoint decision');
    await audit(tx, entryOfRefusal(error));
    return { refusal: error };
  }
}
