import { useState, type ReactNode } from 'react';
import { Accordion } from '@codegouvfr/react-dsfr/Accordion';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Checkbox } from '@codegouvfr/react-dsfr/Checkbox';
import { inForceOn } from '#libs/time';
import type { Dashboard, OrderPreview } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Shortfalls } from '../../parts/problem-alert.js';
import { StepPlot } from '../../parts/step-plot.js';
import { count, date, plural } from '../../words.js';
import { marginRows } from './margin-rows.js';
import { OrderCost } from './order-cost.js';
import type { Line } from './order-lines.js';

export const seatsLostOf = (preview: OrderPreview) =>
  preview.seatsLost.reduce((sum, { lost }) => sum + lost, 0);

type OutcomeProps = {
  readonly lines: readonly Line[];
  readonly preview: OrderPreview;
  readonly dashboard: Dashboard;
  /** What may be done with it; `confirmed` once the seats lost are. */
  readonly children: (confirmed: boolean) => ReactNode;
};

/** What an order would change, or why it is not possible (ORD-2, ORD-6, PRV-7). */
export function OrderOutcome({ lines, preview, dashboard, children }: OutcomeProps) {
  const [confirmed, setConfirmed] = useState(false);
  const labelOf = (itemCode: string) =>
    dashboard.items.find((one) => one.itemCode === itemCode)?.label ?? itemCode;
  if (preview.refusals.length > 0) return <Refused preview={preview} labelOf={labelOf} />;
  const lost = seatsLostOf(preview);
  return (
    <div className="figure figure--aside figure--strong" data-testid="accepted">
      <h2 className="fr-h6">Cette commande est possible</h2>
      {preview.warnings.map((warning) => (
        <Alert key={warning} small severity="warning" className="fr-mb-2w" description={warning} />
      ))}
      {preview.after
        .filter(({ itemCode }) => lines.some((line) => line.itemCode === itemCode))
        .map((after) => (
          <InForce
            key={after.itemCode}
            after={after}
            label={labelOf(after.itemCode)}
            lines={lines.filter(({ itemCode }) => itemCode === after.itemCode)}
            dashboard={dashboard}
          />
        ))}
      <OrderCost cost={preview.cost} />
      {lost > 0 && <SeatsLost lost={lost} confirmed={confirmed} confirm={setConfirmed} />}
      {children(lost === 0 || confirmed)}
    </div>
  );
}

function Refused({
  preview,
  labelOf,
}: {
  preview: OrderPreview;
  labelOf: (itemCode: string) => string;
}) {
  const messages = [...new Set(preview.refusals.map(({ message }) => message))];
  const figures = preview.refusals.filter(({ code }) => code === 'BELOW_COMMITMENT');
  return (
    <div data-testid="refusal">
      <Alert
        severity="warning"
        title="Cette commande n’est pas possible"
        description={messages.join(' ')}
        role="alert"
      />
      {figures.length > 0 && (
        <Shortfalls shortfalls={figures.map((one) => ({ ...one, label: labelOf(one.itemCode) }))} />
      )}
    </div>
  );
}

function InForce({
  after,
  label,
  lines,
  dashboard,
}: {
  after: OrderPreview['after'][number];
  label: string;
  lines: readonly Line[];
  dashboard: Dashboard;
}) {
  const { membership, on, timelines } = dashboard;
  const before = timelines.find(({ itemCode }) => itemCode === after.itemCode)?.ordered ?? [];
  const days = [...new Set(lines.map(({ effectiveFrom }) => effectiveFrom))].sort();
  const quantityOn = (day: string) => inForceOn(after.ordered, day)?.quantity;
  return (
    <>
      {days.map((day) => (
        <p key={day} className="fr-mb-1w">
          À partir du <strong>{date(day)}</strong>, la commande sera de{' '}
          <strong>{plural(quantityOn(day) ?? 0, 'compte', 'comptes')}</strong> ({label}) pour un
          engagement de {count(after.commitment)}.
        </p>
      ))}
      <StepPlot
        title={`${label}, avec cette commande`}
        span={membership.period}
        today={on}
        area="Marge au-dessus de l’engagement"
        series={[
          { label: 'Avec cette commande', steps: after.ordered, look: 'ordered' },
          { label: 'Engagement (annexe 2)', steps: after.committed, look: 'commitment' },
          { label: 'Sans elle', steps: before, look: 'before' },
        ]}
      />
      <Accordion label="Marge, jour par jour jusqu’à la fin du marché" className="fr-mb-2w">
        <DataTable
          caption={`${label} : marge au-dessus de l’engagement`}
          headers={['Période', 'Commandés', 'Engagement', 'Marge']}
          numeric={[1, 2, 3]}
          rows={marginRows(after, {
            ...membership.period,
            startsOn: later(on, membership.period.startsOn),
          }).map((row) => ({
            key: row.period,
            cells: [row.period, count(row.ordered), count(row.committed), count(row.margin)],
          }))}
        />
      </Accordion>
    </>
  );
}

const later = (one: string, other: string) => (one > other ? one : other);

/** PRV-7: who signs confirms the figure. */
function SeatsLost({
  lost,
  confirmed,
  confirm,
}: {
  lost: number;
  confirmed: boolean;
  confirm: (confirmed: boolean) => void;
}) {
  return (
    <div data-testid="seats-lost" className="fr-mb-2w">
      <Alert
        small
        severity="warning"
        className="fr-mb-2w"
        description={
          <>
            <strong>
              {plural(lost, 'élève perdrait', 'élèves perdraient')} {lost === 1 ? 'sa' : 'leur'}{' '}
              place.
            </strong>{' '}
            Les derniers inscrits seraient bloqués à cette date : rien n’est effacé, et leur compte
            revient dès qu’une place se libère.
          </>
        }
      />
      <Checkbox
        options={[
          {
            label: `Je confirme : ${plural(lost, 'place perdue', 'places perdues')}`,
            nativeInputProps: {
              name: 'confirm-seats-lost',
              checked: confirmed,
              onChange: (event) => confirm(event.target.checked),
            },
          },
        ]}
      />
    </div>
  );
}
