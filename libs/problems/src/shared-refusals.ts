import type { DomainError, ProblemDetails } from './domain-error.js';

type Problem = new (message: string, details: ProblemDetails) => DomainError;

/** Throws `Stale` where a thing has been changed since whoever changes it now has read it. */
export function requireVersion(
  { version }: { readonly version: number },
  expectedVersion: number,
  Stale: Problem,
  message: string,
): void {
  if (version !== expectedVersion) throw new Stale(message, { version, expectedVersion });
}

/**
 * Throws `Invalid` where there are mistakes, with all of them; `lead` says what to mend: « Corrigez l’offre », `article`
 * what they offend.
 */
export function refuseMistakes(
  mistakes: readonly string[],
  Invalid: Problem,
  lead: string,
  article?: string,
): void {
  if (mistakes.length === 0) return;
  const cited = article === undefined ? '' : ` (${article})`;
  throw new Invalid(`${lead} : ${mistakes.join(' ; ')}${cited}.`, { mistakes });
}
