import { Problem } from '../api.js';

export type UnderKey = <T>(
  decision: unknown,
  send: (idempotencyKey: string) => Promise<T>,
) => Promise<T>;

/**
 * One key per decision, for as long as nobody knows whether it was taken: a second try after a lost answer
 * takes it once. A refusal ends it: whoever tries again, once the cause is gone, decides anew.
 */
export function decisionKeys(): UnderKey {
  const keys = new Map<string, string>();
  return async (decision, send) => {
    const name = JSON.stringify(decision);
    const key = keys.get(name) ?? crypto.randomUUID();
    keys.set(name, key);
    try {
      return await send(key);
    } catch (error) {
      if (isRefusal(error)) keys.delete(name);
      throw error;
    }
  };
}

const isRefusal = (error: unknown) =>
  error instanceof Problem && error.body.status >= 400 && error.body.status < 500;
