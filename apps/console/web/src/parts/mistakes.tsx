import {
  createContext,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FormEvent,
  type ReactNode,
} from 'react';
import type { Problem } from '../api.js';
import { mistakesOf, type Mistake } from './mistakes-of.js';

type Told = {
  readonly mistakes: readonly Mistake[];
  /** Those whose field stands here, in the order of the page. */
  readonly fields: readonly string[];
  /** Changed since. */
  readonly changed: ReadonlySet<string>;
};
const nothing: Told = { mistakes: [], fields: [], changed: new Set() };

type Board = Told & {
  readonly tell: (mistakes: readonly Mistake[]) => void;
  readonly goTo: (field: string) => void;
};
const BoardContext = createContext<Board | null>(null);

/** What stands between: the ProblemAlert in here tells each mistake at the field that bears its name. */
export function Mistakes({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [told, setTold] = useState(nothing);
  const board = useMemo(() => {
    const fieldsHere = () => [...place.current!.querySelectorAll<HTMLElement>('[data-field]')];
    return {
      tell: (mistakes: readonly Mistake[]) => {
        if (mistakes.length === 0) return setTold(nothing);
        const wrong = new Set(mistakes.map(({ field }) => field));
        const found = fieldsHere().filter(({ dataset }) => wrong.has(dataset.field!));
        setTold({
          ...nothing,
          mistakes,
          fields: [...new Set(found.map(({ dataset }) => dataset.field!))],
        });
        found[0]?.focus();
      },
      goTo: (field: string) =>
        fieldsHere()
          .find(({ dataset }) => dataset.field === field)
          ?.focus(),
    };
  }, []);
  const noteChange = ({ target }: FormEvent) => {
    const field = target instanceof HTMLElement ? target.dataset.field : undefined;
    if (field === undefined || !told.fields.includes(field) || told.changed.has(field)) return;
    setTold((last) => ({ ...last, changed: new Set([...last.changed, field]) }));
  };
  return (
    <BoardContext.Provider value={{ ...told, ...board }}>
      <div ref={place} onInput={noteChange}>
        {children}
      </div>
    </BoardContext.Provider>
  );
}

/** What a field is given, so that its mistake finds it: `native` for the element that is filled in. */
export function useMistake(field: string) {
  const board = useContext(BoardContext);
  const wrong =
    board && !board.changed.has(field)
      ? board.mistakes.filter((mistake) => mistake.field === field)
      : [];
  return {
    shown:
      wrong.length === 0
        ? {}
        : {
            state: 'error' as const,
            stateRelatedMessage: wrong.map(({ message }) => message).join(' '),
          },
    native: { 'data-field': field, ...(wrong.length > 0 && { 'aria-invalid': true }) },
  };
}

export type MistakesTold = {
  readonly count: number;
  readonly elsewhere: readonly Mistake[];
  readonly goToFirst?: () => void;
};

/**
 * For the alert: how much stands at fields, what stands nowhere else, and the way to the first field. Null where no
 * mistake has a field here: then the problem's own words say everything.
 */
export function useMistakesTold(problem: Problem): MistakesTold | null {
  const board = useContext(BoardContext);
  const mistakes = mistakesOf(problem);
  const tell = board?.tell;
  useLayoutEffect(() => {
    if (!tell || mistakes.length === 0) return undefined;
    tell(mistakes);
    return () => tell([]);
  }, [problem, tell]);
  if (!board || board.fields.length === 0) return null;
  const first = board.fields.find((field) => !board.changed.has(field));
  return {
    count: mistakes.length,
    elsewhere: mistakes.filter(({ field }) => !board.fields.includes(field)),
    ...(first !== undefined && { goToFirst: () => board.goTo(first) }),
  };
}
