import { useState, type ReactNode } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../api.js';
import { Answer } from './page.js';
import { useAnswer } from './use-answer.js';

type Query = Record<string, string | number | undefined>;

/** A list that the back end gives page by page; another `path` or `query` begins anew (give it as `key` too). */
export function Paged<T extends { readonly nextCursor: string }>({
  path,
  query,
  round = 0,
  instead,
  children,
}: {
  path: string;
  query: Query;
  /** Another one asks again, at the page where it stands. */
  round?: number;
  /** What stands where the next page is not to be asked. */
  instead?: ReactNode;
  children: (page: T, reload: () => void) => ReactNode;
}) {
  const [cursors, setCursors] = useState(['']);
  const cursor = cursors.at(-1)!;
  const answer = useAnswer(`${path} ${JSON.stringify(query)} ${cursor} ${round}`, () =>
    get<T>(path, { ...query, cursor }),
  );
  return (
    <Answer of={answer}>
      {(page) => (
        <>
          {children(page, answer.reload)}
          {page.nextCursor && instead}
          {(cursors.length > 1 || (page.nextCursor && !instead)) && (
            <div className="fr-btns-group fr-btns-group--inline">
              {cursors.length > 1 && (
                <Button priority="secondary" onClick={() => setCursors(cursors.slice(0, -1))}>
                  Page précédente
                </Button>
              )}
              {page.nextCursor && !instead && (
                <Button
                  priority="secondary"
                  onClick={() => setCursors([...cursors, page.nextCursor])}
                >
                  Page suivante
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </Answer>
  );
}
