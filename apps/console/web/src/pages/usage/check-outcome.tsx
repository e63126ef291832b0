import { Alert } from '@codegouvfr/react-dsfr/Alert';
import type { CertificatesChecked } from '../../api-types.js';
import { plural } from '../../words.js';

/** What counting certificates again has found. */
export function CheckOutcome({
  told: { certificates, violations },
}: {
  told: CertificatesChecked;
}) {
  const holds = violations.length === 0;
  return (
    <Alert
      className="fr-mb-3w"
      severity={holds ? 'success' : 'error'}
      title={holds ? 'Tout concorde' : plural(violations.length, 'écart', 'écarts')}
      description={
        <>
          {plural(certificates, 'certificat recompté', 'certificats recomptés')} depuis les faits.
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
