import { useState } from 'react';
import type { TransfersPage as TransfersAnswer } from '../../api-types.js';
import { Paged } from '../../parts/paged.js';
import { StateChoice } from '../../parts/state-choice.js';
import { Transfers } from '../../parts/transfers.js';
import { transferState } from '../../words.js';
import { GroupPage } from './group-page.js';

/** Schools that pass from one member to another, proposed and done (SCH-2). */
export function TransfersPage() {
  const [status, setStatus] = useState('');
  return (
    <GroupPage
      title="Transferts d’écoles"
      lead="Les comptes des élèves sont conservés. Si des places manquent au membre qui reçoit, son ordonnateur accepte avec une commande complémentaire."
    >
      {(market) => (
        <>
          <StateChoice
            states={['PROPOSED', 'CARRIED_OUT', 'DECLINED', 'CANCELLED']}
            inWords={transferState}
            value={status}
            onChange={setStatus}
          />
          <Paged<TransfersAnswer>
            key={`${market} ${status}`}
            path="/api/coordination/school-transfers"
            query={{ marketCode: market, status, limit: 50 }}
          >
            {({ transfers }) => <Transfers transfers={transfers} />}
          </Paged>
        </>
      )}
    </GroupPage>
  );
}
