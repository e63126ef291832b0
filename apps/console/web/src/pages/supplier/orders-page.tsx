import { Button } from '@codegouvfr/react-dsfr/Button';
import { post } from '../../api.js';
import type { OrdersToAcknowledge } from '../../api-types.js';
import { OfMarket } from '../../parts/market-choice.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { Link } from '../../router.js';
import { date, signed } from '../../words.js';
import { SupplierPage } from './supplier-page.js';

/** Orders signed and notified that the titulaire has not acknowledged (ORD-1). */
export function OrdersToAcknowledgePage() {
  return (
    <SupplierPage
      title="Commandes à recevoir"
      lead="Chaque bon de commande signé vous est notifié aussitôt. Accusez-en réception : le membre voit le jour où vous l’avez reçu."
    >
      <OfMarket>{(market) => <ToAcknowledge key={market} market={market} />}</OfMarket>
    </SupplierPage>
  );
}

function ToAcknowledge({ market }: { market: string }) {
  const { busy, problem, attempt } = useAction();
  return (
    <>
      <div aria-live="polite">{problem && <ProblemAlert problem={problem} />}</div>
      <Paged<OrdersToAcknowledge>
        path="/api/supplier/orders-to-acknowledge"
        query={{ marketCode: market, limit: 50 }}
      >
        {({ orders }, reload) => (
          <DataTable
            hideCaption
            caption="Bons de commande à recevoir"
            headers={[
              'Membre',
              'Accusé de réception',
              'Bon de commande',
              'Notifié le',
              'Ce qui change',
            ]}
            empty="Toutes les commandes sont reçues."
            rows={orders.map(({ order, organisationName, siren, membershipId }) => ({
              key: order.orderId,
              cells: [
                <>
                  {organisationName}
                  <br />
                  <span className="fr-text--xs">SIREN {siren}</span>
                </>,
                <Button
                  key="acknowledge"
                  size="small"
                  disabled={busy}
                  nativeButtonProps={{
                    'aria-label': `Accuser réception de ${order.number} de ${organisationName}`,
                  }}
                  onClick={() =>
                    attempt(async () => {
                      await post(`/api/supplier/orders/${order.orderId}/acknowledgement`, {});
                      reload();
                    })
                  }
                >
                  Accuser réception
                </Button>,
                <Link
                  key="pdf"
                  href={`/api/memberships/${membershipId}/orders/${order.orderId}/pdf`}
                  aria-label={`${order.number} de ${organisationName} (PDF)`}
                >
                  {order.number} (PDF)
                </Link>,
                date(order.notifiedOn),
                <ul key="lines" className="lines-of-order">
                  {order.lines.map((line, at) => (
                    <li key={at}>
                      {signed(line.delta)} au {date(line.effectiveFrom)}
                    </li>
                  ))}
                </ul>,
              ],
            }))}
          />
        )}
      </Paged>
    </>
  );
}
