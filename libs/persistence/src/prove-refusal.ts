import { DomainError } from '#libs/problems';
import { audit, type AuditEntry } from './audit.js';
import type { Transaction } from './transaction.js';

export type Once<T> = { readonly answer: T } | { readonly refusal: DomainError };

/**
 * Runs a decision and keeps its refusal: everything the work wrote before its DomainError is undone
 * (savepoint), and the audit gets the entry of `entryOfRefusal`, one for each attempt. The refusal comes back
 * as `{ refusal }` so that the caller commits the entry before throwing: see `answerOrThrow`.
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

/** After the transaction is committed: the answer, or the refusal thrown. */
export function answerOrThrow<T>(result: Once<T>): T {
  if ('refusal' in result) throw result.refusal;
  return result.answer;
}

/**
 * A refusal that is no decision: nobody could answer (`unavailable`), or the caller may not see or do it
 * (`not-found`, `forbidden`): a stranger must not write into another's journal.
 */
export function decidesNothing({ kind }: DomainError): boolean {
  return kind === 'unavailable' || kind === 'not-found' || kind === 'forbidden';
}
