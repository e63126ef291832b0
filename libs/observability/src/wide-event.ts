import type { Logger } from './logger.js';

/** What a wide event may hold: ids, counts and outcomes. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

type Kind = 'request' | 'message' | 'job' | 'rpc' | 'ldap';

/** Runs a unit of work and writes one line about it: kind, fields, outcome, duration in ms. */
export async function wideEvent<T>(
  logger: Logger,
  kind: Kind,
  fields: Fields,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  try {
    const result = await work();
    tellOutcome(logger, kind, fields, 'ok', begun);
    return result;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    tellOutcome(logger, kind, fields, typeof code === 'string' ? code : 'FAILED', begun);
    throw error;
  }
}

/** The one line about a unit of work that began at `begun` (performance.now()); a warning where it is not `ok`. */
export function tellOutcome(
  logger: Logger,
  kind: Kind,
  fields: Fields,
  outcome: string,
  begun: number,
): void {
  const level = outcome === 'ok' ? 'info' : 'warn';
  logger[level]({ kind, ...fields, outcome, durationMs: since(begun) }, kind);
}

const since = (begun: number) => Math.round((performance.now() - begun) * 10) / 10;
