import { Accordion } from '@codegouvfr/react-dsfr/Accordion';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type { Dashboard, OrdersPage as OrdersAnswer, SuccessionsPage } from '../../api-types.js';
import { AgreedTerms } from '../../parts/agreed.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { Successions } from '../../parts/successions.js';
import { StepPlot } from '../../parts/step-plot.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, orderKind, orderState, signed } from '../../words.js';
import { marginRows } from './margin-rows.js';
import { memberPath, MemberPage } from './member-page.js';
import { StatementForm } from './statement-form.js';

/** Commitment, orders and margin over the life of the market, then the orders themselves (ORD-1, ORD-2). */
export function OrdersPage({ membershipId }: { membershipId: string }) {
  const session = useSession();
  const base = `/collectivite/${membershipId}`;
  return (
    <MemberPage membershipId={membershipId} title="Engagement et commandes">
      {(dashboard) => (
        <>
          {dashboard.items.length === 0 && (
            <p>Aucun engagement n’est en vigueur : l’adhésion n’est pas encore active.</p>
          )}
          {dashboard.items.map((item) => (
            <ItemOverTime key={item.itemCode} item={item} dashboard={dashboard} />
          ))}
          {hasRole(session, 'member-orderer') && (
            <div className="fr-btns-group fr-btns-group--inline fr-btns-group--icon-left fr-mb-4w">
              <Button linkProps={{ href: `${base}/commander` }} iconId="fr-icon-add-line">
                Commander
              </Button>
            </div>
          )}
          <h2 className="fr-h4">Bons de commande</h2>
          <Orders membershipId={membershipId} items={dashboard.items} />
          <OwnSuccessions membershipId={membershipId} />
          <AgreedTerms market={dashboard.membership.marketCode} />
          <StatementForm membershipId={membershipId} today={dashboard.on} />
        </>
      )}
    </MemberPage>
  );
}

function ItemOverTime({
  item,
  dashboard,
}: {
  item: Dashboard['items'][number];
  dashboard: Dashboard;
}) {
  const { membership, on, timelines } = dashboard;
  const timeline = timelines.find(({ itemCode }) => itemCode === item.itemCode);
  if (!timeline || !membership.period.startsOn) return null;
  return (
    <section className="fr-mb-4w" data-testid="over-time">
      <StepPlot
        title={`${item.label} : ce qui est commandé et l’engagement, sur la durée du marché`}
        span={membership.period}
        today={on}
        area="Marge au-dessus de l’engagement"
        series={[
          { label: 'Commandés', steps: timeline.ordered, look: 'ordered' },
          { label: 'Engagement (annexe 2)', steps: timeline.committed, look: 'commitment' },
        ]}
      />
      <p>
        Aujourd’hui : <strong>{count(item.ordered)}</strong> commandés pour un engagement de{' '}
        <strong>{count(item.commitment)}</strong>. La commande peut encore être réduite de{' '}
        <strong>{count(item.smallestMargin)}</strong> sans passer sous l’engagement, compte tenu des
        changements déjà prévus.
      </p>
      <Accordion label="Les mêmes chiffres en tableau">
        <DataTable
          caption={`${item.label}, de date en date`}
          headers={['Période', 'Commandés', 'Engagement', 'Marge']}
          numeric={[1, 2, 3]}
          rows={marginRows(timeline, membership.period).map((row) => ({
            key: row.period,
            cells: [row.period, count(row.ordered), count(row.committed), count(row.margin)],
          }))}
        />
      </Accordion>
    </section>
  );
}

function Orders({ membershipId, items }: { membershipId: string; items: Dashboard['items'] }) {
  const labels = new Map(items.map(({ itemCode, label }) => [itemCode, label]));
  return (
    <Paged<OrdersAnswer> path={`${memberPath(membershipId)}/orders`} query={{ limit: 50 }}>
      {({ orders }) => (
        <DataTable
          hideCaption
          caption="Bons de commande"
          headers={['Numéro', 'Nature', 'Signé le', 'Ce qui change', 'État', 'Document']}
          empty="Aucune commande pour le moment."
          rows={orders.map((order) => ({
            key: order.orderId,
            cells: [
              order.number,
              orderKind(order.kind),
              date(order.signedOn),
              <ul key="lines" className="lines-of-order">
                {order.lines.map((line, at) => (
                  <li key={at}>
                    {signed(line.delta)} au {date(line.effectiveFrom)}
                    {labels.size > 1 && ` (${labels.get(line.itemCode) ?? line.itemCode})`}
                  </li>
                ))}
              </ul>,
              <Badge
                key="state"
                small
                noIcon
                severity={order.acknowledgedOn ? 'success' : 'info'}
                as="span"
              >
                {orderState(order.status)}
              </Badge>,
              <Link
                key="pdf"
                href={`${memberPath(membershipId)}/orders/${order.orderId}/pdf`}
                aria-label={`PDF du bon de commande ${order.number}`}
              >
                PDF
              </Link>,
            ],
          }))}
        />
      )}
    </Paged>
  );
}

/** Most members never see one: nothing is shown then. */
function OwnSuccessions({ membershipId }: { membershipId: string }) {
  return (
    <Paged<SuccessionsPage> path={`${memberPath(membershipId)}/successions`} query={{ limit: 50 }}>
      {({ successions }) => successions.length > 0 && <Successions successions={successions} />}
    </Paged>
  );
}
