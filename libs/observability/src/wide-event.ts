import type { Logger } from './logger.js';

/** What a wide event may hold: ids, counts and outcomes. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Runs a unit of work and writes one line about it: kind, fields, outcome, duration in ms. */
export async function wideEvent<T>(
  logger: Logger,
  kind: 'request' | 'message' | 'job' | 'rpc',
  fields: Fields,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  try {
    const result = await work();
    logger.info({ kind, ...fields, outcome: 'ok', durationMs: since(begun) }, kind);
    return result;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const outcome = typeof code === 'string' ? code : 'FAILED';
    logger.warn({ kind, ...fields, outcome, durationMs: since(begun) }, kind);
    throw error;
  }
}

const since = (begun: number) => Math.round((performance.now() - begun) * 10) / 10;
