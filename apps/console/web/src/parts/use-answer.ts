import { useCallback, useEffect, useState } from 'react';
import { Problem } from '../api.js';

export type Loaded<T> =
  | { readonly status: 'LOADING' }
  | { readonly status: 'FAILED'; readonly problem: Problem }
  | { readonly status: 'READY'; readonly value: T };

/** Asks once per `key`, and again on `reload`; an answer that comes too late is dropped. */
export function useAnswer<T>(
  key: string,
  ask: () => Promise<T>,
): Loaded<T> & { reload: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ status: 'LOADING' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    setLoaded({ status: 'LOADING' });
    ask().then(
      (value) => current && setLoaded({ status: 'READY', value }),
      (error: unknown) => current && setLoaded({ status: 'FAILED', problem: asProblem(error) }),
    );
    return () => {
      current = false;
    };
    // `ask` changes at every render; the key says when to ask again.
  }, [key, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  return { ...loaded, reload };
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({
    status: 0,
    title: 'La page n’a pas pu être affichée',
    detail: 'La page n’a pas pu être affichée. Rechargez-la.',
    code: 'UNEXPECTED',
  });
}
