import { Alert } from '@codegouvfr/react-dsfr/Alert';
import type { Problem } from '../api.js';
import { count, date } from '../words.js';

type Shortfall = {
  readonly label?: string;
  readonly itemCode: string;
  readonly firstDay: string;
  readonly wouldBe: number;
  readonly commitment: number;
  readonly shortfall: number;
};

/** What went wrong, in the words of the service that said no, with its figures. */
export function ProblemAlert({ problem }: { problem: Problem }) {
  const { title, detail, code, details, traceId } = problem.body;
  const shortfalls = Array.isArray(details?.shortfalls) ? (details.shortfalls as Shortfall[]) : [];
  const isFault = problem.body.status >= 500 && traceId;
  return (
    <div className="fr-mb-3w" data-problem={code}>
      <Alert
        severity={problem.body.status >= 500 || problem.body.status === 0 ? 'error' : 'warning'}
        title={title}
        description={isFault ? `${detail} (trace ${traceId})` : detail}
        role="alert"
      />
      {shortfalls.length > 0 && <Shortfalls shortfalls={shortfalls} />}
    </div>
  );
}

/** ORD-2: the figures behind a refusal. */
export function Shortfalls({ shortfalls }: { shortfalls: readonly Shortfall[] }) {
  return (
    <div className="fr-table fr-table--bordered fr-mt-2w fr-mb-0" data-testid="shortfalls">
      <div className="fr-table__wrapper">
        <div className="fr-table__container">
          <div className="fr-table__content">
            <table>
              <thead>
                <tr>
                  <th scope="col">Comptes</th>
                  <th scope="col">Au</th>
                  <th scope="col">Resteraient</th>
                  <th scope="col">Engagement</th>
                  <th scope="col">Manqueraient</th>
                </tr>
              </thead>
              <tbody>
                {shortfalls.map((one) => (
                  <tr key={one.itemCode}>
                    <td>{one.label || one.itemCode}</td>
                    <td>{date(one.firstDay)}</td>
                    <td>{count(one.wouldBe)}</td>
                    <td>{count(one.commitment)}</td>
                    <td>
                      <strong>{count(one.shortfall)}</strong>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      </div>
    </div>
  );
}
