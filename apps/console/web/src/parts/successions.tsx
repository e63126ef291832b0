import type { ReactElement } from 'react';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import type { SuccessionsPage } from '../api-types.js';
import { count, date, plural, successionState } from '../words.js';
import { DataTable } from './data-table.js';

type Severity = 'success' | 'info' | 'error';
const severities: Record<string, Severity> = {
  PROPOSED: 'info',
  PLANNED: 'info',
  CARRIED_OUT: 'success',
  BLOCKED: 'error',
};

type Succession = SuccessionsPage['successions'][number];

/** Who takes over from whom, on which day, and what passes; and what may be decided about it, where somebody may. */
export function Successions({
  successions,
  decide,
}: {
  successions: readonly Succession[];
  /** Null where nothing is to be decided. */
  decide?: (one: Succession) => ReactElement | null;
}) {
  const decidable = decide && successions.some((one) => decide(one) !== null);
  return (
    <DataTable
      caption="Successions, la plus récente d’abord"
      headers={[
        ...['Le', 'De', 'À', 'Ce qui passe', 'Repose sur', 'État'],
        ...(decidable ? ['Décision'] : []),
      ]}
      empty="Aucune succession dans cet état."
      rows={successions.map((one) => {
        const severity = severities[one.status];
        return {
          key: one.successionId,
          cells: [
            date(one.effectiveOn),
            one.predecessorName,
            <>
              {one.successorName}
              {one.successorCreated && (
                <>
                  <br />
                  <span className="fr-text--xs">nouveau membre</span>
                </>
              )}
            </>,
            <>
              {one.kind === 'FULL' ? 'Tout' : 'Une partie'}
              {one.moved.map(({ itemCode, commitment, ordered }) => (
                <span key={itemCode} className="fr-text--xs">
                  <br />
                  engagement {count(commitment)}, commandés {count(ordered)}
                </span>
              ))}
              {one.schools.length > 0 && (
                <span className="fr-text--xs">
                  <br />
                  {plural(one.schools.length, 'école', 'écoles')}
                </span>
              )}
            </>,
            one.document?.title || '—',
            <>
              <Badge small noIcon as="span" {...(severity && { severity })}>
                {successionState(one.status)}
              </Badge>
              {one.reason && (
                <>
                  <br />
                  <span className="fr-text--xs">{one.reason}</span>
                </>
              )}
            </>,
            ...(decidable ? [decide(one) ?? '—'] : []),
          ],
        };
      })}
    />
  );
}
