import { DomainError } from './domain-error.js';

/** What the work gives, or the refusal that it throws: for what is told later, or weighed first. */
export async function orRefusal<T>(work: () => Promise<T>): Promise<T | DomainError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

export type RefusalTold = { readonly code: string; readonly message: string };

/** A refusal as an answer tells it. Throws what is none, and one that says nothing of what was asked (`unavailable`). */
export function refusalTold(error: unknown): RefusalTold {
  if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
  return { code: error.code, message: error.message };
}

/** The same as fields of a message: empty where nothing is refused. */
export const refusalFields = (refusal: RefusalTold | undefined) => ({
  refusalCode: refusal?.code ?? '',
  refusal: refusal?.message ?? '',
});
