import type { CertificatesChecked } from '../../api-types.js';
import { Recounted } from '../../parts/recounted.js';
import { plural } from '../../words.js';

/** What counting certificates again has found. */
export function CheckOutcome({
  told: { certificates, violations },
}: {
  told: CertificatesChecked;
}) {
  return (
    <Recounted violations={violations}>
      {plural(certificates, 'certificat recompté', 'certificats recomptés')} depuis les faits.
    </Recounted>
  );
}
