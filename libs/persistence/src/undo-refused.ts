import { DomainError } from '#libs/problems';
import type { Transaction } from './transaction.js';

export type Once<T> = { readonly answer: T } | { readonly refusal: DomainError };

/**
 * Runs a decision. Refused, everything its transaction wrote is undone, locks and key included, and a new one
 * stands open for what is kept of it: commit that before the refusal is thrown (`answerOrThrow`). What
 * `decidesNothing` is thrown at once. (A savepoint would cost each decision that is not refused a journey and a
 * subtransaction.)
 */
export async function undoRefused<T>(tx: Transaction, work: () => Promise<T>): Promise<Once<T>> {
  try {
    return { answer: await work() };
  } catch (error) {
    if (!(error instanceof DomainError) || decidesNothing(error)) throw error;
    await tx.query('rollback and chain');
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
