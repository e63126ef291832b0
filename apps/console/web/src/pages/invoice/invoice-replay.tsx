import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type { InvoiceReplayed } from '../../api-types.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Recounted } from '../../parts/recounted.js';
import { useAction } from '../../parts/use-action.js';

/** This invoice calculated again from all that it rests on, when who pays asks for it (BIL-3, BIL-7). */
export function InvoiceReplay({ path }: { path: string }) {
  const [told, setTold] = useState<InvoiceReplayed | null>(null);
  const { busy, problem, attempt } = useAction();
  const replay = () => attempt(async () => setTold(await get<InvoiceReplayed>(`${path}/replay`)));
  return (
    <section className="fr-mt-4w" data-testid="replay">
      <h2 className="fr-h4">Recalculer cette facture</h2>
      <p>
        Elle est recalculée depuis ses commandes, son engagement, ses prix et son usage certifié,
        puis comparée avec ce qui a été émis.
      </p>
      <div aria-live="polite">
        {problem && <ProblemAlert problem={problem} />}
        {told && (
          <Recounted violations={told.violations}>
            <ul>
              {told.sentences.map((sentence) => (
                <li key={sentence} className="cell--anywhere">
                  {sentence}
                </li>
              ))}
            </ul>
          </Recounted>
        )}
      </div>
      <Button priority="secondary" disabled={busy} onClick={replay}>
        {busy ? 'Calcul en cours…' : 'Recalculer'}
      </Button>
    </section>
  );
}
