import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { get } from '../../api.js';
import type { UsageAboveOrders as Alarms } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { count, date, period, plural } from '../../words.js';

/** Past days on which more accounts were open than ordered: nothing is shown where there is none (MTR-1, BIL-1). */
export function UsageAboveOrders({ market, brief = false }: { market: string; brief?: boolean }) {
  const answer = useAnswer(`usage above orders ${market}`, () =>
    get<Alarms>('/api/coordination/usage-above-orders', { marketCode: market }),
  );
  if (answer.status === 'LOADING') return null;
  if (answer.status === 'FAILED') {
    return (
      <p className="fr-text--sm">
        Les comptes ouverts n’ont pas pu être comparés aux commandes. Réessayez dans quelques
        instants.
      </p>
    );
  }
  const { alarms, total, until } = answer.value;
  if (total === 0) return null;
  const members = new Set(alarms.map(({ membershipId }) => membershipId)).size;
  return (
    <div className="fr-mb-4w" data-testid="usage-above-orders">
      <Alert
        severity="warning"
        title="Plus de comptes ouverts que commandés"
        description={
          <>
            {total > alarms.length && 'Au moins '}
            {plural(members, 'membre est', 'membres sont')} dans ce cas, sur des jours antérieurs au{' '}
            {date(until)}. Une correction du passé peut l’expliquer ; l’usage compté, lui, ne change
            pas. {brief && <Link href="/groupement/marges">Voir le détail</Link>}
          </>
        }
      />
      {!brief && (
        <DataTable
          caption={
            total > alarms.length
              ? `Les ${count(alarms.length)} dépassements les plus importants, sur ${count(total)}`
              : 'Dépassements, le plus important d’abord'
          }
          headers={['Membre', 'Comptes', 'Jours', 'Jours-comptes en trop', 'Au plus haut']}
          numeric={[3]}
          rows={alarms.map((one) => ({
            key: `${one.membershipId} ${one.itemCode} ${one.period?.startsOn}`,
            cells: [
              <Link key="name" href={`/collectivite/${one.membershipId}/commandes`}>
                {one.organisationName || one.membershipId}
              </Link>,
              one.label,
              one.period ? period(one.period) : '',
              <strong key="days">{count(one.accountDays)}</strong>,
              <span key="worst" className="cell--text">
                {count(one.openAccounts)} ouverts pour {count(one.ordered)} commandés, le{' '}
                {date(one.worstOn)}
              </span>,
            ],
          }))}
        />
      )}
    </div>
  );
}
