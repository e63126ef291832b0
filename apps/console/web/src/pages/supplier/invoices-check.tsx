import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type { InvoicesChecked } from '../../api-types.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
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
        {told && <Outcome told={told} />}
      </div>
      <Button priority="secondary" disabled={busy} onClick={check}>
        {busy ? 'Contrôle en cours…' : 'Contrôler toutes les factures'}
      </Button>
    </section>
  );
}

function Outcome({ told: { invoices, totalCents, violations } }: { told: InvoicesChecked }) {
  const holds = violations.length === 0;
  return (
    <Alert
      className="fr-mb-3w"
      severity={holds ? 'success' : 'error'}
      title={holds ? 'Tout concorde' : plural(violations.length, 'écart', 'écarts')}
      description={
        <>
          {plural(invoices, 'facture', 'factures')} pour {euros(totalCents)} TTC.
          {!holds && (
            <ul>
              {violations.map((violation) => (
                <li key={violation}>{violation}</li>
              ))}
            </ul>
          )}
        </>
      }
    />
  );
}
