import { addDays, isLocalDate } from '#libs/time';
import type { OrderPreview } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { date, euros, eurosMore } from '../../words.js';

type Cost = NonNullable<OrderPreview['cost']>;
type Horizon = Cost['horizons'][number];

/** What the order would cost, by the calculation of the invoices (BIL-3). */
export function OrderCost({ cost }: { cost: OrderPreview['cost'] }) {
  if (!cost) {
    return (
      <p data-testid="cost">
        <strong>Coût indisponible</strong> : la facturation ne répond pas. La commande reste
        possible ; revenez plus tard pour en connaître le coût.
      </p>
    );
  }
  const priced = cost.horizons.filter(({ after }) => after);
  const unpriced = cost.horizons.filter(({ missingPrice }) => missingPrice);
  return (
    <div data-testid="cost">
      {priced.length > 0 && (
        <DataTable
          caption="Ce qui reste à facturer, avec et sans cette commande"
          headers={['Jusqu’au', 'Différence TTC', 'Différence HT', 'Avec elle', 'Sans elle']}
          numeric={[1, 2, 3, 4]}
          rows={priced.map((horizon) => ({ key: horizon.name, cells: cellsOf(horizon) }))}
        />
      )}
      {unpriced.map(({ name, period, missingPrice }) => (
        <p key={name} className="fr-text--sm">
          <strong>Jusqu’au {lastDay(period.endsOn)} : coût inconnu.</strong> Le bordereau des prix
          ne donne pas encore de prix pour « {missingPrice?.label} » à partir du{' '}
          {date(missingPrice?.firstDay ?? '')}.
        </p>
      ))}
      <p className="fr-text--xs">
        {cost.isUpperBound && 'Au plus : le marché facture les comptes réellement ouverts. '}
        {cost.invoicedUntil
          ? `Les jours avant le ${date(cost.invoicedUntil)} sont déjà facturés et ne comptent pas ici. `
          : 'Aucun jour n’est encore facturé. '}
        Montants calculés comme les factures, au jour près.
      </p>
    </div>
  );
}

function cellsOf({ name, period, before, after }: Horizon) {
  const of = { before: before ?? none, after: after ?? none };
  return [
    <>
      {lastDay(period.endsOn)}
      <br />
      <span className="fr-text--xs">
        {name === 'CIVIL_YEAR' ? 'année civile' : 'fin de l’adhésion'}
      </span>
    </>,
    <strong key="total">{eurosMore(of.before.totalCents, of.after.totalCents)}</strong>,
    <strong key="net">{eurosMore(of.before.netCents, of.after.netCents)}</strong>,
    <Amounts key="after" of={of.after} />,
    <Amounts key="before" of={of.before} />,
  ];
}

const none = { netCents: '0', vatCents: '0', totalCents: '0' };

function Amounts({ of }: { of: typeof none }) {
  return (
    <>
      {euros(of.netCents)} HT
      <br />
      {euros(of.totalCents)} TTC
    </>
  );
}

/** Half-open: on paper, the last day that counts. */
const lastDay = (endsOn: string) => (isLocalDate(endsOn) ? date(addDays(endsOn, -1)) : '—');
