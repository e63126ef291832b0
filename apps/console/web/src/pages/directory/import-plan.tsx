import { useState } from 'react';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type { PlanSchool, PlanSchoolsPage } from '../../api-types.js';
import {
  changesInWords,
  decisionReason,
  figuresInWords,
  matchesInWords,
  schoolState,
  schoolStateCodes,
  schoolStateSeverity,
  season,
} from '../../import-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Paged } from '../../parts/paged.js';
import { StateChoice } from '../../parts/state-choice.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, plural } from '../../words.js';
import { heldBecause } from '../../plan-words.js';
import { planPath } from './directory-paths.js';
import { PlanChanges } from './plan-changes.js';
import { PlanDecision, type Decided } from './plan-decision.js';
import { PlanMembers } from './plan-members.js';

/** In the place of a state: of an export of the whole academy most schools stay as they are. */
const CHANGING = 'CHANGING';

/** What a plan would change, school by school: figures, and what level 2 of support decides on them. */
export function ImportPlan({
  planId,
  isHeld,
  done,
}: {
  planId: string;
  isHeld: boolean;
  done: (words: string) => void;
}) {
  const [state, setState] = useState(isHeld ? 'HELD' : CHANGING);
  const [toDecide, setToDecide] = useState<Decided | null>(null);
  const session = useSession();
  const isHead = !hasRole(session, 'support-2');
  const decides = hasRole(session, 'support-2', 'school') && isHeld;
  return (
    <section className="fr-mb-4w">
      <h2 className="fr-h4">Ce que l’import change, école par école</h2>
      {decides && !isHead && !toDecide && (
        <div className="fr-btns-group fr-btns-group--inline">
          <Button onClick={() => setToDecide({ verdict: 'approval' })}>Tout approuver</Button>
          <Button priority="secondary" onClick={() => setToDecide({ verdict: 'rejection' })}>
            Tout rejeter
          </Button>
        </div>
      )}
      {toDecide && (
        <PlanDecision
          key={`${toDecide.verdict} ${toDecide.school?.uai ?? ''}`}
          planId={planId}
          {...toDecide}
          done={done}
          giveUp={() => setToDecide(null)}
        />
      )}
      <StateChoice
        states={[CHANGING, ...schoolStateCodes]}
        inWords={(one) => (one === CHANGING ? 'Celles qui changent' : schoolState(one))}
        value={state}
        onChange={setState}
      />
      <Paged<PlanSchoolsPage>
        key={state}
        path={`${planPath(planId)}/schools`}
        query={{
          ...(state === CHANGING ? { changingOnly: 'true' } : { state }),
          limit: 50,
        }}
      >
        {({ plan, schools }) => (
          <>
            {plan && <OfWhole plan={plan} isHeld={isHeld} />}
            {isHead && schools.some(({ over, state: one }) => over && one === 'HELD') && (
              <p>
                Ces changements dépassent les seuils : l’assistance de niveau 2 les vérifie avec
                vous avant de les approuver.
              </p>
            )}
            <Schools
              schools={schools}
              decide={decides ? setToDecide : undefined}
              isHead={isHead}
              empty={state === CHANGING ? 'Aucune école ne change.' : 'Aucune école dans cet état.'}
            />
          </>
        )}
      </Paged>
      {hasRole(session, 'support-2', 'coordinator') && <PlanMembers planId={planId} />}
      {!isHead && <PlanChanges planId={planId} />}
    </section>
  );
}

type OfWholeProps = { plan: NonNullable<PlanSchoolsPage['plan']>; isHeld: boolean };

function OfWhole({ plan, isHeld }: OfWholeProps) {
  const { figures, held, heldSchools } = plan;
  return (
    <p>
      Plan n° {plan.number} du {date(plan.madeOn)}, {season(plan.season)}.{' '}
      {plan.heldWhole &&
        'L’ensemble dépasse le seuil : toutes les écoles qui changent sont retenues. '}
      {figures && `${figuresInWords(figures)} `}
      {isHeld &&
        held &&
        `À décider : ${plural(BigInt(heldSchools), 'école', 'écoles')}, ${changesInWords(held)}} `}
      {isHeld && `Ce qui n’est pas décidé le ${date(plan.expiresOn)} n’est pas appliqué.`}
    </p>
  );
}

function Schools({
  schools,
  decide,
  isHead,
  empty,
}: {
  schools: readonly PlanSchool[];
  decide: ((decided: Decided) => void) | undefined;
  isHead: boolean;
  empty: string;
}) {
  return (
    <DataTable
      hideCaption
      caption="Écoles du plan et leurs chiffres"
      headers={[
        ...['École', 'Déjà déclarés', 'Arrivées', 'Modifiées', 'Identités'],
        ...['Retours', 'Départs', 'État'],
        ...(decide ? ['Décider'] : []),
      ]}
      numeric={[1, 2, 3, 4, 5, 6]}
      empty={empty}
      multiline={[0]}
      rows={schools.map((school) => ({
        key: school.uai,
        cells: [
          <School key="school" school={school} />,
          ...[school.figures.present, school.figures.added, school.figures.changed].map(count),
          ...[school.figures.identities, school.figures.returned, school.figures.ended].map(count),
          <SchoolState key="state" school={school} />,
          ...(decide
            ? [
                <SchoolDecisions
                  key="decide"
                  school={school}
                  decide={decide}
                  mayApprove={!(isHead && school.over)}
                />,
              ]
            : []),
        ],
      }))}
    />
  );
}

function School({ school: { uai, name, commune } }: { school: PlanSchool }) {
  const words = [name, commune].filter(Boolean).join(', ');
  return (
    <>
      {uai} {words && <span className="fr-text--xs fr-mb-0">{words}</span>}
    </>
  );
}

function SchoolState({ school }: { school: PlanSchool }) {
  const { state, decidedOn, reason, matched, doubtful, refused } = school;
  const severity = schoolStateSeverity(state);
  const words = [
    heldBecause(school),
    decidedOn && `le ${date(decidedOn)} : ${decisionReason(reason)}`,
    matched + doubtful + refused > 0 && matchesInWords(matched, doubtful, refused),
  ].filter(Boolean);
  return (
    <>
      <Badge small noIcon as="span" {...(severity && { severity })}>
        {schoolState(state)}
      </Badge>
      {words.length > 0 && <span className="fr-text--xs"> {words.join(' ; ')}</span>}
    </>
  );
}

function SchoolDecisions({
  school,
  decide,
  mayApprove,
}: {
  school: PlanSchool;
  decide: (decided: Decided) => void;
  mayApprove: boolean;
}) {
  if (school.state !== 'HELD') return null;
  const button = (label: string, verdict: Decided['verdict']) => (
    <Button
      size="small"
      priority="secondary"
      nativeButtonProps={{ 'aria-label': `${label} ${school.uai}` }}
      onClick={() => decide({ verdict, school })}
    >
      {label}
    </Button>
  );
  return (
    <div className="school-decisions">
      {mayApprove && button('Approuver', 'approval')}
      {button('Rejeter', 'rejection')}
    </div>
  );
}
