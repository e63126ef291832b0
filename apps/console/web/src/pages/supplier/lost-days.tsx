import { get } from '../../api.js';
import type { LostDaysSeen } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count, date } from '../../words.js';

/** Days that a restore has lost with their accounts: with basis METERED no run bills them, so the supplier decides (MTR-2). */
export function LostDays({ market }: { market: string }) {
  const answer = useAnswer(`lost days ${market}`, () =>
    get<LostDaysSeen>('/api/billing/lost-days', { marketCode: market }),
  );
  return (
    <section data-testid="lost-days">
      <Answer of={answer}>
        {({ memberships }) =>
          memberships.length === 0 ? null : (
            <>
              <DataTable
                caption="Jours-comptes perdus par une restauration"
                headers={[
                  'Membre',
                  'Article',
                  'Comptes',
                  'Jours-comptes',
                  'Premier jour',
                  'Dernier jour',
                ]}
                numeric={[2, 3]}
                rows={memberships.map((one) => ({
                  key: `${one.membershipId} ${one.itemCode}`,
                  cells: [
                    one.organisationName,
                    one.itemCode,
                    count(one.accounts),
                    count(one.accountDays),
                    date(one.firstOn),
                    date(one.lastOn),
                  ],
                }))}
              />
              <p>
                Ces comptes ont été ouverts puis perdus avec la base. Aucune facture à l’usage
                mesuré ne compte ces jours. Décidez avec le membre s’ils sont dus.
              </p>
            </>
          )
        }
      </Answer>
    </section>
  );
}
