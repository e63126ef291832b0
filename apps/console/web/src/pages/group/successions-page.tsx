import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import type { SuccessionsPage as SuccessionsAnswer } from '../../api-types.js';
import { Paged } from '../../parts/paged.js';
import { StateChoice } from '../../parts/state-choice.js';
import { successionState } from '../../words.js';
import { GroupPage } from './group-page.js';
import { PlannedSuccessions } from './planned-successions.js';

/** Communes that merge and school competences that move, planned and done (ADH-5). */
export function SuccessionsPage() {
  const [status, setStatus] = useState('PROPOSED');
  const [done, setDone] = useState('');
  return (
    <GroupPage
      title="Successions"
      lead="Communes nouvelles et transferts de la compétence scolaire : engagement, commandes et écoles passent au successeur le jour prévu, sans rien perdre."
    >
      {(market) => (
        <>
          <StateChoice
            states={['PROPOSED', 'PLANNED', 'CARRIED_OUT', 'BLOCKED', 'CANCELLED']}
            inWords={successionState}
            value={status}
            onChange={setStatus}
          />
          <div aria-live="polite">
            {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
          </div>
          <Paged<SuccessionsAnswer>
            key={`${market} ${status}`}
            path="/api/coordination/successions"
            query={{ marketCode: market, status, limit: 50 }}
          >
            {({ successions }, reload) => (
              <PlannedSuccessions
                successions={successions}
                done={(words) => {
                  setDone(words);
                  reload();
                }}
              />
            )}
          </Paged>
        </>
      )}
    </GroupPage>
  );
}
