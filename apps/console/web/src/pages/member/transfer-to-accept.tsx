import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { post } from '../../api.js';
import type { OrderPreview, TransferPreview, TransfersPage } from '../../api-types.js';
import { Answer } from '../../parts/page.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count, date, plural } from '../../words.js';
import { memberPath } from './member-page.js';
import { OrderCost } from './order-cost.js';
import type { Line } from './order-lines.js';

type Transfer = TransfersPage['transfers'][number];

/** A transfer that waits for this member's orderer: the schools come with the order that seats them (SCH-2). */
export function TransferToAccept({
  transfer,
  membershipId,
  schoolName,
  done,
}: {
  transfer: Transfer;
  membershipId: string;
  schoolName: (uai: string) => string;
  done: () => void;
}) {
  const path = `${memberPath(membershipId)}/school-transfers/${transfer.transferId}`;
  const answer = useAnswer(`transfer ${transfer.transferId}`, async () => {
    const preview = await post<TransferPreview>(`${path}/preview`, {});
    const lines = linesOf(preview, transfer);
    if (lines.length === 0) return { preview, lines, order: null };
    const order = await post<OrderPreview>(`${memberPath(membershipId)}/orders/preview`, { lines });
    return { preview, lines, order };
  });
  return (
    <section className="figure figure--aside figure--strong fr-mb-4w" data-testid="transfer">
      <h2 className="fr-h6">Un transfert attend votre accord</h2>
      <p>
        {plural(transfer.uais.length, 'école passerait', 'écoles passeraient')} de{' '}
        {transfer.fromName} à {transfer.toName} le {date(transfer.effectiveOn)} :{' '}
        {transfer.uais.map(schoolName).join(', ')}.
      </p>
      <Answer of={answer}>{(asked) => <Decision {...asked} path={path} done={done} />}</Answer>
    </section>
  );
}

/** The order that seats the newcomers, from the day they come. */
const linesOf = ({ seats }: TransferPreview, { effectiveOn }: Transfer): Line[] =>
  seats
    .filter(({ missing }) => missing > 0)
    .map(({ itemCode, missing }) => ({ itemCode, effectiveFrom: effectiveOn, delta: missing }));

function Decision({
  preview,
  lines,
  order,
  path,
  done,
}: {
  preview: TransferPreview;
  lines: readonly Line[];
  order: OrderPreview | null;
  path: string;
  done: () => void;
}) {
  // One key per decision: clicking twice signs once.
  const [key] = useState(() => crypto.randomUUID());
  const { busy, problem, attempt } = useAction();
  const decide = (what: 'acceptance' | 'refusal', body: object) =>
    attempt(async () => {
      await post(`${path}/${what}`, body, { idempotencyKey: `${key}-${what}` });
      done();
    });
  return (
    <>
      {problem && <ProblemAlert problem={problem} />}
      {preview.refusal && preview.refusalCode !== 'SEATS_MISSING' && (
        <Alert small severity="warning" className="fr-mb-2w" description={preview.refusal} />
      )}
      <ul>
        {preview.seats.map((seats) => (
          <li key={seats.itemCode}>
            {seats.label} : {plural(seats.moving, 'compte arrive', 'comptes arrivent')},{' '}
            {count(seats.held)} places occupées sur {count(seats.ordered)} commandées
            {seats.missing > 0 && (
              <>
                {' '}
                — <strong>il manque {plural(seats.missing, 'place', 'places')}</strong>
              </>
            )}
            .
          </li>
        ))}
      </ul>
      {preview.warnings.map((warning) => (
        <Alert key={warning} small severity="warning" className="fr-mb-2w" description={warning} />
      ))}
      {order?.refusals.map(({ message }) => (
        <Alert key={message} small severity="warning" className="fr-mb-2w" description={message} />
      ))}
      {order && order.refusals.length === 0 && <OrderCost cost={order.cost} />}
      <div className="fr-btns-group fr-btns-group--inline">
        <Button disabled={busy} onClick={() => decide('acceptance', { lines })}>
          {lines.length === 0
            ? 'Accepter le transfert'
            : `Accepter et commander ${plural(preview.seatsMissing, 'compte', 'comptes')} de plus`}
        </Button>
        <Button priority="secondary" disabled={busy} onClick={() => decide('refusal', {})}>
          Refuser
        </Button>
      </div>
    </>
  );
}
