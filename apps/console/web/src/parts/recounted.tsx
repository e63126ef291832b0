import type { ReactNode } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { plural } from '../words.js';

/** What counting or calculating again has found; `children`: what was counted. */
export function Recounted({
  violations,
  children,
}: {
  violations: readonly string[];
  children: ReactNode;
}) {
  const holds = violations.length === 0;
  return (
    <Alert
      className="fr-mb-3w"
      severity={holds ? 'success' : 'error'}
      title={holds ? 'Tout concorde' : plural(violations.length, 'écart', 'écarts')}
      description={
        <>
          {children}
          {!holds && (
            <ul>
              {violations.map((violation) => (
                <li key={violation} className="cell--anywhere">
                  {violation}
                </li>
              ))}
            </ul>
          )}
        </>
      }
    />
  );
}
