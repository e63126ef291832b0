import { useCallback, useState } from 'react';
import type { Problem } from '../api.js';
import { asProblem } from './use-answer.js';

export type Action = {
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly attempt: (work: () => Promise<void>) => void;
  readonly forget: () => void;
};

/** Something a person decides: one at a time, and what went wrong is kept to be shown. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const attempt = useCallback((work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    work()
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  }, []);
  const forget = useCallback(() => setProblem(null), []);
  return { busy, problem, attempt, forget };
}
