import { get } from '../../api.js';
import type { EntPlans } from '../../api-types.js';
import { figuresInWords, planLevel, planSeason } from '../../ent-plan-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { date, plural, pricedSeats } from '../../words.js';
import { planPage, plansPath } from './ent-plan-paths.js';

/** What would be closed, blocked, deleted, moved or renamed in the ENT beyond the season's thresholds (PRV-8). */
export function EntPlansPage() {
  const plans = useAnswer('ent-plans', () => get<EntPlans>(plansPath));
  return (
    <Page
      title="Plans vers l’ENT"
      lead="Nos comptes et les places changent le jour dit. Ce qui fermerait, bloquerait, supprimerait ou déplacerait beaucoup de comptes dans l’ENT attend un accord, pour qu’une erreur ne ferme pas une école."
    >
      <Answer of={plans}>{(answer) => <PlansTable {...answer} />}</Answer>
    </Page>
  );
}

function PlansTable({ plans }: EntPlans) {
  return (
    <DataTable
      hideCaption
      caption="Les plans, le dernier d’abord"
      headers={[
        'Plan du',
        'Saison',
        'Comptes concernés',
        'Places libérées',
        'En attente',
        'Pourquoi',
      ]}
      numeric={[3]}
      multiline={[2, 3, 4, 5]}
      empty="Rien n’a encore dépassé les seuils : l’ENT a été averti de tout, le jour même."
      rows={plans.map(
        ({ planId, madeOn, expiresOn, season, figures, seats, seatsYearCents, held, heldBy }) => ({
          key: planId,
          cells: [
            <Link key="open" href={planPage(planId)}>
              {date(madeOn)}
            </Link>,
            planSeason(season),
            figuresInWords(figures),
            pricedSeats(seats, seatsYearCents),
            held > 0
              ? `${plural(BigInt(held), 'école', 'écoles')}, jusqu’au ${date(expiresOn)}`
              : 'rien',
            held > 0 ? planLevel(heldBy) : '—',
          ],
        }),
      )}
    />
  );
}
