import { useState } from 'react';
import { get } from '../../api.js';
import type { EntSchoolLookView } from '../../api-types.js';
import {
  differenceFate,
  differenceKind,
  heldInWords,
  incidentInWords,
  lookStatus,
} from '../../ent-night-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Outcome } from '../../parts/outcome.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { hasRole, useSession } from '../../session-context.js';
import { date } from '../../words.js';
import { NightDecision } from './night-decision.js';
import { lookPath, nightPage, nightsPage } from './ent-night-paths.js';

/** One school of a night: its accounts by their ids, since who they are changes nothing here (SUP-4). */
export function EntLookPage({ day, uai }: { day: string; uai: string }) {
  const look = useAnswer(`look ${day} ${uai}`, () => get<EntSchoolLookView>(lookPath(day, uai)));
  const [outcome, setOutcome] = useState('');
  const done = (words: string) => {
    setOutcome(words);
    look.reload();
  };
  return (
    <Page
      title={`École ${uai}, nuit du ${date(day)}`}
      crumbs={[
        { label: 'Rapprochements avec l’ENT', href: nightsPage },
        { label: date(day), href: nightPage(day) },
      ]}
    >
      {outcome && <Outcome words={outcome} />}
      <Answer of={look}>{(view) => <Look view={view} done={done} />}</Answer>
    </Page>
  );
}

function Look({ view, done }: { view: EntSchoolLookView; done: (words: string) => void }) {
  const isLevel3 = hasRole(useSession(), 'support-3');
  const { look, differences } = view;
  if (!look) return null;
  const { status, incidentCode, held, uai, day, schoolName } = look;
  const isHeld = status === 'HELD';
  return (
    <>
      <p>
        {schoolName && `${schoolName} : `}
        <strong>{lookStatus(status)}.</strong>{' '}
        {status === 'INCIDENT' && incidentInWords(incidentCode)}
        {isHeld && heldInWords(held)}
        {isHeld && !isLevel3 && ' Le niveau 3 de l’assistance décide.'}
      </p>
      {isHeld && isLevel3 && <NightDecision day={day} uai={uai} held={held} done={done} />}
      <DataTable
        hideCaption
        caption="Différences trouvées"
        headers={['Différence', 'Compte', 'Utilisateur de l’ENT', 'Déjà utilisé', 'Suite']}
        multiline={[0, 4]}
        empty="Aucune différence."
        rows={differences.map(({ kind, accountId, entId, wasUsed, fate }) => ({
          key: `${kind} ${accountId} ${entId}`,
          cells: [
            differenceKind(kind),
            accountId || '—',
            entId || '—',
            wasUsed ? 'oui' : 'non',
            differenceFate(fate),
          ],
        }))}
      />
    </>
  );
}
