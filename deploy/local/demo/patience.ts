import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '#libs/problems';
import type { Teller } from './teller.js';

/** The demo waited as long as it may: the message says for what. */
export class WaitedTooLong extends Error {
  override readonly name = 'WaitedTooLong';
}

const firstDelayMs = 100;
const longestDelayMs = 2_000;
const patienceMs = 120_000;

/**
 * Does something that may be done again, until it succeeds or is refused. A service that is being
 * restarted, or whose database is, answers late, not at all or with a technical fault: each is tried
 * again, with growing pauses, for two minutes. A refusal of the domain is an answer and is thrown.
 */
export async function patiently<T>(
  what: string,
  teller: Teller,
  work: () => Promise<T>,
): Promise<T> {
  const until = Date.now() + patienceMs;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    try {
      return await work();
    } catch (error) {
      if (isAnswer(error)) throw error;
      const cause = reasonOf(error);
      if (Date.now() > until) {
        throw new WaitedTooLong(`${what} : toujours sans réponse après 2 minutes (${cause})`, {
          cause: error,
        });
      }
      teller.wait(`${what} : ${cause}, nouvel essai`);
      await sleep(delayMs);
    }
  }
}

function isAnswer(error: unknown): boolean {
  if (error instanceof RangeError || error instanceof TypeError) return !isFetchFailure(error);
  return error instanceof DomainError && error.kind !== 'unavailable';
}

/** undici reports an unreachable address as a TypeError with a cause. */
function isFetchFailure(error: Error): boolean {
  return error.message === 'fetch failed';
}

function reasonOf(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
