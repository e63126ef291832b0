import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type { InvoicesChecked } from '../../api-types.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { Recounted } from '../../parts/recounted.js';
import { useAction } from '../../parts/use-action.js';
import { euros, plural } from '../../words.js';

/** Every invoice of the market recounted, when somebody asks for it (BIL-3, BIL-4). */
export function InvoicesCheck({ market }: { market: string }) {
  const [told, setTold] = useState<InvoicesChecked | null>(null);
  const { busy, problem, attempt } = useAction();
  const check = () =>
    attempt(async () =>
      setTold(await get<InvoicesChecked>('/api/billing/check', { marketCode: market })),
    );
  return (
    <section className="fr-mt-4w">
      <h2 className="fr-h4">Contrôle des factures</h2>
      <p>
        Chaque facture est recalculée depuis ses commandes, son engagement et ses prix ; les numéros
        se suivent, et chaque document est celui qui a été émis.
      </p>
      <div aria-live="polite">
        {problem && <ProblemAlert problem={problem} />}
        {told && (
          <Recounted violations={told.violations}>
            {plural(told.invoices, 'facture', 'factures')} pour {euros(told.totalCents)} TTC.
          </Recounted>
        )}
      </div>
      <Button priority="secondary" disabled={busy} onClick={check}>
        {busy ? 'Contrôle en cours…' : 'Contrôler toutes les factures'}
      </Button>
    </section>
  );
}
