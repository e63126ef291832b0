import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../api.js';
import { pollingDelayMs } from './polling.js';
import { asProblem, type Loaded } from './use-answer.js';

export type Watched<T> = Loaded<T> & {
  /** Why the last look failed, while an earlier answer is shown. */
  readonly lost: Problem | null;
  /** Asks at once, and again often. */
  readonly lookAgain: () => void;
};

/**
 * Asks, and again while `isMoving` says that the answer goes on by itself: soon, then less and less often when nothing
 * changes, and not while the tab is hidden. What was shown stays until there is something newer.
 */
export function useWatched<T>(
  key: string,
  ask: () => Promise<T>,
  isMoving: (value: T) => boolean,
): Watched<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ status: 'LOADING' });
  const [lost, setLost] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const latest = useRef({ ask, isMoving });
  latest.current = { ask, isMoving };
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let unchanged = 0;
    let isFirst = true;
    let before = '';
    let goesOn = true;
    let isAsking = false;
    const plan = () => {
      clearTimeout(timer);
      if (isCurrent && goesOn && !document.hidden) {
        timer = setTimeout(() => void look(), pollingDelayMs(unchanged, isFirst));
        isFirst = false;
      }
    };
    const look = async () => {
      if (isAsking) return;
      isAsking = true;
      try {
        const value = await latest.current.ask();
        if (!isCurrent) return;
        const now = JSON.stringify(value);
        unchanged = now === before ? unchanged + 1 : 0;
        before = now;
        goesOn = latest.current.isMoving(value);
        setLoaded({ status: 'READY', value });
        setLost(null);
      } catch (error) {
        if (!isCurrent) return;
        const problem = asProblem(error);
        unchanged += 1;
        // With nothing shown yet, the person sees the fault and asks again.
        goesOn = before !== '';
        if (before === '') setLoaded({ status: 'FAILED', problem });
        else setLost(problem);
      } finally {
        isAsking = false;
        plan();
      }
    };
    const onVisible = () => {
      if (!document.hidden && goesOn) void look();
      else clearTimeout(timer);
    };
    document.addEventListener('visibilitychange', onVisible);
    void look();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [key, round]);
  const lookAgain = useCallback(() => setRound((last) => last + 1), []);
  return { ...loaded, lost, lookAgain };
}
