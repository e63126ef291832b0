import type { PricesProposed } from '../api-types.js';
import { euros, eurosMore, period, plural } from '../words.js';
import { DataTable } from './data-table.js';

type Effect = PricesProposed['effects'][number];

/** What proposed prices come to in each contract year, for all members and for those whose amount moves most (BIL-2). */
export function PriceEffects({ effects }: { effects: readonly Effect[] }) {
  return effects.map((effect) => (
    <section key={effect.period?.startsOn}>
      <p aria-live="polite">
        Factures {period(effect.period)}, {plural(effect.members, 'membre', 'membres')} :{' '}
        <strong>{inWords(effect)}</strong> TTC, à commandes inchangées.
      </p>
      <DataTable
        caption={`Effet par membre, ${period(effect.period)}`}
        headers={['Membre', 'Avant, TTC', 'Proposé, TTC', 'Écart']}
        numeric={[1, 2, 3]}
        empty="Personne n’est facturé pour ces jours."
        rows={effect.ofMembers.map(({ membershipId, organisationName, before, after }) => ({
          key: membershipId,
          cells: [
            organisationName,
            before ? euros(before.totalCents) : 'sans prix',
            <strong key="after">{after ? euros(after.totalCents) : 'prix manquant'}</strong>,
            before && after ? eurosMore(before.totalCents, after.totalCents) : '—',
          ],
        }))}
      />
      {effect.members > effect.ofMembers.length && (
        <p>Les {effect.ofMembers.length} membres dont le montant change le plus.</p>
      )}
    </section>
  ));
}

function inWords({ before, after }: Effect): string {
  if (!after) return 'un prix manque encore pour certains jours';
  if (!before) return `${euros(after.totalCents)}, jusque-là sans prix`;
  return `${euros(after.totalCents)} au lieu de ${euros(before.totalCents)}`;
}
