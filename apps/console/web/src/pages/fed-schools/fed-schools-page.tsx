import { useState } from 'react';
import { get } from '../../api.js';
import type { FedSchools, LinkExposures } from '../../api-types.js';
import { exposureInWords, fedPeriod, waitingInWords } from '../../fed-school-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Outcome } from '../../parts/outcome.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { schoolInWords } from '../../words.js';
import { FedSchoolDecisions } from './fed-school-decisions.js';

export const fedSchoolsPath = '/api/support/fed-schools';

/** Schools that an academy's feed fills: waiting accounts, preview of the next feed, restored guardian links (PRV-9). */
export function FedSchoolsPage() {
  const isLevel3 = hasRole(useSession(), 'support-3');
  const [outcome, setOutcome] = useState('');
  const schools = useAnswer('fed-schools', () => get<FedSchools>(fedSchoolsPath));
  const done = (words: string) => {
    setOutcome(words);
    schools.reload();
  };
  return (
    <Page
      title="Écoles alimentées par l’académie"
      lead="L’académie crée elle-même les comptes de ces écoles dans l’ENT : nous n’y créons personne, et nous reconnaissons chacun à sa clé académique."
    >
      {outcome && <Outcome words={outcome} />}
      <Answer of={schools}>
        {(answer) => (
          <>
            <Schools {...answer} />
            <FedSchoolDecisions academies={answer.academies} done={done} />
          </>
        )}
      </Answer>
      {isLevel3 && <Exposures />}
    </Page>
  );
}

function Schools({ schools }: FedSchools) {
  return (
    <DataTable
      hideCaption
      caption="Écoles alimentées"
      headers={['École', 'Académie', 'Alimentée', 'Comptes en attente']}
      multiline={[0, 2, 3]}
      empty="Aucune école n’est déclarée alimentée par l’académie."
      rows={schools.map((school) => ({
        key: `${school.uai} ${school.startsOn}`,
        cells: [
          schoolInWords(school.uai, school.schoolName),
          school.academy,
          fedPeriod(school),
          waitingInWords(school),
        ],
      }))}
    />
  );
}

/** Ids alone: names stand on the pages of the accounts, which record each look. */
function Exposures() {
  const answer = useAnswer('link-exposures', () =>
    get<LinkExposures>('/api/support/link-exposures'),
  );
  const person = (personId: string, words: string) => (
    <Link href={`/assistance/personnes/${encodeURIComponent(personId)}`}>{words}</Link>
  );
  return (
    <>
      <h2>Liens de famille rétablis par une alimentation</h2>
      <p>
        L’annuaire ne donne plus ces liens, et l’alimentation de l’académie les a rétablis : jusqu’à
        leur coupure, le responsable voyait l’enfant. Cette lecture est inscrite au journal.
      </p>
      <Answer of={answer}>
        {({ exposures }) => (
          <DataTable
            hideCaption
            caption="Liens rétablis, le dernier d’abord"
            headers={['École', 'Enfant', 'Responsable', 'Durée']}
            multiline={[0, 3]}
            empty="Aucun lien coupé n’a été rétabli depuis trois mois."
            rows={exposures.map((exposure) => ({
              key: `${exposure.guardianAccountId} ${exposure.childAccountId} ${exposure.foundAt}`,
              cells: [
                schoolInWords(exposure.uai, exposure.schoolName),
                person(exposure.childPersonId, 'Fiche de l’enfant'),
                person(exposure.guardianPersonId, 'Fiche du responsable'),
                exposureInWords(exposure),
              ],
            }))}
          />
        )}
      </Answer>
    </>
  );
}
