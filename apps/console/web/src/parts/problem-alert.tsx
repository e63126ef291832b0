import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type { Problem } from '../api.js';
import { count, date, plural } from '../words.js';
import { DataTable } from './data-table.js';
import { useMistakesTold, type MistakesTold } from './mistakes.js';

type Shortfall = {
  readonly label?: string;
  readonly itemCode: string;
  readonly firstDay: string;
  readonly wouldBe: number;
  readonly commitment: number;
  readonly shortfall: number;
};

/** What went wrong, in the words of the service that said no, with its figures; a mistake that has a field here stands there. */
export function ProblemAlert({ problem }: { problem: Problem }) {
  const { title, detail, code, details, traceId } = problem.body;
  const told = useMistakesTold(problem);
  const shortfalls = Array.isArray(details?.shortfalls) ? (details.shortfalls as Shortfall[]) : [];
  const isFault = problem.body.status >= 500 && traceId;
  return (
    <div className="fr-mb-3w" data-problem={code}>
      <Alert
        severity={problem.body.status >= 500 || problem.body.status === 0 ? 'error' : 'warning'}
        title={title}
        description={
          told ? <AtFields {...told} /> : isFault ? `${detail} (trace ${traceId})` : detail
        }
        role="alert"
      />
      {shortfalls.length > 0 && <Shortfalls shortfalls={shortfalls} />}
    </div>
  );
}

function AtFields({ count: wrong, elsewhere, goToFirst }: MistakesTold) {
  return (
    <>
      <p>{plural(wrong, 'champ est à corriger', 'champs sont à corriger')}.</p>
      {elsewhere.length > 0 && (
        <ul>
          {elsewhere.map(({ field, message }) => (
            <li key={`${field} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      {goToFirst && (
        <Button type="button" size="small" priority="secondary" onClick={goToFirst}>
          {wrong === 1 ? 'Aller au champ' : 'Aller au premier champ'}
        </Button>
      )}
    </>
  );
}

/** ORD-2: the figures behind a refusal. */
export function Shortfalls({ shortfalls }: { shortfalls: readonly Shortfall[] }) {
  return (
    <div className="fr-mt-2w" data-testid="shortfalls">
      <DataTable
        hideCaption
        caption="Ce qui manquerait"
        headers={['Comptes', 'Au', 'Resteraient', 'Engagement', 'Manqueraient']}
        numeric={[2, 3, 4]}
        rows={shortfalls.map((one) => ({
          key: one.itemCode,
          cells: [
            one.label || one.itemCode,
            date(one.firstDay),
            count(one.wouldBe),
            count(one.commitment),
            <strong key="shortfall">{count(one.shortfall)}</strong>,
          ],
        }))}
      />
    </div>
  );
}
