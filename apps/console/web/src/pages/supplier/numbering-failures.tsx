import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get } from '../../api.js';
import type { NumberingFailuresSeen } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer } from '../../parts/page.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useDecide } from '../../parts/use-decide.js';
import { Link } from '../../router.js';
import { count, date, euros, period } from '../../words.js';

type Failure = NumberingFailuresSeen['failures'][number];

/** Drafts whose day has come and that could not get a number: why, who does what, and another try (BIL-6, BIL-9). */
export function NumberingFailures({ market }: { market: string }) {
  const answer = useAnswer(`numbering failures ${market}`, () =>
    get<NumberingFailuresSeen>('/api/billing/numbering-failures', { marketCode: market }),
  );
  const [done, setDone] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const retry = ({ invoice, organisationName }: Failure) =>
    action.attempt(async () => {
      setDone('');
      const path = `/api/billing/numbering-failures/${encodeURIComponent(invoice.invoiceId)}/retry`;
      const { number } = await decide<Failure['invoice']>(path, {});
      setDone(
        number
          ? `${organisationName} : facture n° ${number} émise.`
          : `${organisationName} : le projet a été remplacé par un projet à jour.`,
      );
      answer.reload();
    });
  return (
    <section data-testid="numbering-failures">
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
        {action.problem && <ProblemAlert problem={action.problem} />}
      </div>
      <Answer of={answer}>
        {({ failures, total }) =>
          total === 0 ? null : (
            <DataTable
              caption={`Projets de facture sans numéro, à mettre en règle : ${count(total)}`}
              headers={[
                'Membre',
                'Période',
                'Montant TTC',
                'Pourquoi et que faire',
                'Essais',
                'Numéroter',
              ]}
              numeric={[2]}
              rows={failures.map((one) => ({
                key: one.invoice.invoiceId,
                cells: [
                  <Link
                    key="draft"
                    href={`/factures/${one.invoice.invoiceId}`}
                    aria-label={`Ouvrir le projet de ${one.organisationName}`}
                  >
                    {one.organisationName}
                  </Link>,
                  period(one.invoice.period),
                  euros(one.invoice.totalCents),
                  <span key="why" className="cell--text">
                    {one.detail}
                  </span>,
                  `${count(one.attempts)}, le ${date(one.failedOn)}`,
                  <Button
                    key="retry"
                    size="small"
                    priority="secondary"
                    disabled={action.busy}
                    nativeButtonProps={{ 'aria-label': `Numéroter ${one.organisationName}` }}
                    onClick={() => retry(one)}
                  >
                    Numéroter
                  </Button>,
                ],
              }))}
            />
          )
        }
      </Answer>
    </section>
  );
}
