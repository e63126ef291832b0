import { useState } from 'react';
import type { EntPlanSchoolView, EntPlanView } from '../../api-types.js';
import { figuresInWords, planLevel, planSeason, planState } from '../../ent-plan-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Outcome } from '../../parts/outcome.js';
import { Page } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, euros, plural, pricedSeats, schoolInWords } from '../../words.js';
import { schoolDifferencesPage } from '../ent-nights/ent-night-paths.js';
import { EntPlanDecision } from './ent-plan-decision.js';
import { planPath, plansPage } from './ent-plan-paths.js';

/** One plan: by member and school by school, in figures; no account and no name is needed to decide (SUP-3). */
export function EntPlanPage({ planId }: { planId: string }) {
  const [outcome, setOutcome] = useState('');
  const [round, setRound] = useState(0);
  const done = (words: string) => {
    setOutcome(words);
    setRound(round + 1);
  };
  return (
    <Page title="Un plan vers l’ENT" crumbs={[{ label: 'Plans vers l’ENT', href: plansPage }]}>
      {outcome && <Outcome words={outcome} />}
      <Paged<EntPlanView> key={round} path={planPath(planId)} query={{ limit: 50 }}>
        {(view) => <Plan view={view} done={done} />}
      </Paged>
    </Page>
  );
}

function Plan({ view, done }: { view: EntPlanView; done: (words: string) => void }) {
  const { plan, members, schools } = view;
  if (!plan) return null;
  const { planId, madeOn, expiresOn, season, held, seats, seatsYearCents, released } = plan;
  return (
    <>
      <p>
        <strong>
          Plan du {date(madeOn)} ({planSeason(season)}) : {figuresInWords(plan.figures)},{' '}
          {plural(BigInt(seats), 'place libérée', 'places libérées')}.
        </strong>{' '}
        {seats > 0 &&
          seatsYearCents !== undefined &&
          `Au prix du marché, ces places coûtent ${euros(seatsYearCents)} HT par an : la facture suit ce qui est commandé, elle ne change que si la commande baisse. `}
        {released > 0 &&
          `${plural(BigInt(released), 'autre compte restait', 'autres comptes restaient')} sous les seuils et n’ont pas attendu. `}
        {held > 0
          ? `Sans décision avant le ${date(expiresOn)}, un nouveau plan sera fait avec les chiffres du jour. Ce que la loi oblige à effacer l’est à sa date.`
          : 'Plus rien n’attend de décision.'}
      </p>
      {held > 0 && <WhoDecides planId={planId} schools={schools} done={done} />}
      <Members members={members} />
      <Schools schools={schools} />
    </>
  );
}

function WhoDecides({
  planId,
  schools,
  done,
}: {
  planId: string;
  schools: readonly EntPlanSchoolView[];
  done: (words: string) => void;
}) {
  const session = useSession();
  const held = schools.filter(({ state }) => state === 'HELD');
  if (!hasRole(session, 'support-3', 'coordinator')) {
    return <p>Le niveau 3 de l’assistance ou la coordination décide.</p>;
  }
  const isBeyondLevel3 =
    !hasRole(session, 'coordinator') && held.some(({ heldBy }) => heldBy !== 'SCHOOL');
  return (
    <>
      {isBeyondLevel3 && (
        <p>
          Au-delà du seuil d’un membre ou de l’ensemble, seule la coordination accepte. Vous pouvez
          rejeter, ou accepter une école qui ne dépasse que son propre seuil.
        </p>
      )}
      <EntPlanDecision planId={planId} held={held} done={done} />
    </>
  );
}

/** Its acceptance has not reached whoever keeps the accounts. */
const unnamed = 'Membre dont le nom n’est pas encore connu';

function Members({ members }: Pick<EntPlanView, 'members'>) {
  const isCoordinator = hasRole(useSession(), 'coordinator');
  if (members.length === 0) return null;
  return (
    <DataTable
      caption="Par membre"
      headers={['Membre', 'Comptes concernés', 'Places libérées', 'Écoles', 'En attente']}
      numeric={[2, 3, 4]}
      multiline={[0, 1, 2]}
      rows={members.map(
        ({ membershipId, memberName, figures, seats, seatsYearCents, schools, held }) => ({
          key: membershipId,
          cells: [
            isCoordinator ? (
              <Link key="open" href={`/collectivite/${encodeURIComponent(membershipId)}`}>
                {memberName || unnamed}
              </Link>
            ) : (
              memberName || unnamed
            ),
            figuresInWords(figures),
            pricedSeats(seats, seatsYearCents),
            count(schools),
            count(held),
          ],
        }),
      )}
    />
  );
}

function Schools({ schools }: Pick<EntPlanView, 'schools'>) {
  return (
    <DataTable
      caption="Par école"
      headers={['École', 'État', 'Comptes concernés', 'Places libérées', 'Pourquoi']}
      numeric={[3]}
      multiline={[0, 1, 2, 3, 4]}
      empty="Aucune école n’a été retenue."
      rows={schools.map(
        ({ uai, schoolName, state, figures, seats, seatsYearCents, heldBy, decidedOn }) => ({
          key: uai,
          cells: [
            <Link key="open" href={schoolDifferencesPage(uai)}>
              {schoolInWords(uai, schoolName)}
            </Link>,
            decidedOn ? `${planState(state)}, le ${date(decidedOn)}` : planState(state),
            figuresInWords(figures),
            pricedSeats(seats, seatsYearCents),
            planLevel(heldBy),
          ],
        }),
      )}
    />
  );
}
