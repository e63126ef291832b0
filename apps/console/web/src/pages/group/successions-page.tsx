import { useState } from 'react';
import type { SuccessionsPage as SuccessionsAnswer } from '../../api-types.js';
import { Paged } from '../../parts/paged.js';
import { StateChoice } from '../../parts/state-choice.js';
import { Successions } from '../../parts/successions.js';
import { successionState } from '../../words.js';
import { GroupPage } from './group-page.js';

/** Communes that merge and school competences that move, planned and done (ADH-5). */
export function SuccessionsPage() {
  const [status, setStatus] = useState('PLANNED');
  return (
    <GroupPage
      title="Successions"
      lead="Communes nouvelles et transferts de la compétence scolaire : engagement, commandes et écoles passent au successeur le jour prévu, sans rien perdre."
    >
      {(market) => (
        <>
          <StateChoice
            states={['PLANNED', 'CARRIED_OUT', 'BLOCKED', 'CANCELLED']}
            inWords={successionState}
            value={status}
            onChange={setStatus}
          />
          <Paged<SuccessionsAnswer>
            key={`${market} ${status}`}
            path="/api/coordination/successions"
            query={{ market, status, limit: 50 }}
          >
            {({ successions }) => <Successions successions={successions} />}
          </Paged>
        </>
      )}
    </GroupPage>
  );
}
