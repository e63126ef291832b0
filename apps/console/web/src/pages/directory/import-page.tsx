import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get, post } from '../../api.js';
import type { Import } from '../../api-types.js';
import {
  deliveryName,
  importStage,
  isMoving,
  isReplaced,
  progress,
  replacedStage,
  toLookAt,
} from '../../import-words.js';
import { Outcome } from '../../parts/outcome.js';
import { Answer, Figure, Page } from '../../parts/page.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useWatched } from '../../parts/use-watched.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date } from '../../words.js';
import { Link } from '../../router.js';
import { importPage, importPath } from './directory-paths.js';
import { useDirectoryCrumb } from './directory-sub-pages.js';
import { ImportPlan } from './import-plan.js';
import { ImportRemarks } from './import-remarks.js';

/** One import: where it stands, what it would change, what was remarked; what is held is decided here (DIR-3). */
export function ImportPage({ importId }: { importId: string }) {
  const watched = useWatched(
    importId,
    () => get<Import>(importPath(importId)),
    ({ state }) => isMoving(state),
  );
  const [done, setDone] = useState('');
  const tell = (words: string) => {
    setDone(words);
    watched.lookAgain();
  };
  return (
    <Page title="Import" crumbs={[useDirectoryCrumb()]}>
      <Outcome words={done} />
      {watched.lost && <ProblemAlert problem={watched.lost} />}
      <Answer of={watched}>
        {(one) => (
          <>
            <WhereItStands of={one} done={tell} />
            <Figures of={one} />
            {one.planId && (
              <ImportPlan
                key={`${one.planId} ${one.state} ${done}`}
                planId={one.planId}
                isHeld={one.state === 'HELD'}
                done={tell}
              />
            )}
            <ImportRemarks importId={importId} remarks={one.remarks} />
          </>
        )}
      </Answer>
      {watched.status === 'FAILED' && <Button onClick={watched.lookAgain}>Réessayer</Button>}
    </Page>
  );
}

function WhereItStands({ of: one, done }: { of: Import; done: (words: string) => void }) {
  const isToLookAt = one.state === 'HELD' && one.planOnly;
  const session = useSession();
  const isOver = isReplaced(one);
  const { severity, state, next } = isToLookAt
    ? toLookAt
    : isOver
      ? replacedStage
      : importStage(one.state, hasRole(session, 'school'));
  const decides = hasRole(session, 'support-2');
  return (
    <>
      <p>
        Livraison <span className="cell--code">« {deliveryName(one.folder)} »</span> de la source{' '}
        {`« ${one.sourceTitle} »`}, import demandé le {date(one.startedOn)}
        {one.datedOn && `, données du ${date(one.datedOn)}`}.
      </p>
      <div role="status" data-testid="import-state" className="fr-mb-3w">
        <Alert
          as="h2"
          severity={severity === 'new' ? 'info' : severity}
          title={state}
          description={isMoving(one.state) ? `${progress(one)} ${next}` : next}
        />
      </div>
      {isOver && decides && (
        <p>
          <Link href={importPage(one.replacedBy)}>Ouvrir l’import {one.replacedBy}</Link>
        </p>
      )}
      {decides && one.state === 'FAILED' && <Retry importId={one.importId} done={done} />}
    </>
  );
}

function Retry({ importId, done }: { importId: string; done: (words: string) => void }) {
  const { busy, problem, attempt } = useAction();
  const retry = () =>
    attempt(async () => {
      await post(`${importPath(importId)}/retry`, {});
      done('L’import est relancé : il reprend où il en était.');
    });
  return (
    <>
      {problem && <ProblemAlert problem={problem} />}
      <Button className="fr-mb-3w" disabled={busy} onClick={retry}>
        Relancer l’import
      </Button>
    </>
  );
}

function Figures({ of: one }: { of: Import }) {
  return (
    <section className="fr-mb-4w">
      <h2 className="fr-h4">Déjà enregistré</h2>
      <div className="fr-grid-row fr-grid-row--gutters">
        <Figure label="Arrivées" value={count(one.peopleCreated)} />
        <Figure label="Modifiées" value={count(one.peopleChanged)} />
        <Figure label="Départs" value={count(one.peopleRemoved)} />
        <Figure label="Écoles livrées" value={count(one.structures)} />
      </div>
    </section>
  );
}
