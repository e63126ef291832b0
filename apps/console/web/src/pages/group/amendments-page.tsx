import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { proposalState } from '../../amendment-words.js';
import type { AmendmentProposals } from '../../api-types.js';
import { Amendments } from '../../parts/amendments.js';
import { DataTable } from '../../parts/data-table.js';
import { Decisions } from '../../parts/decisions.js';
import { Paged } from '../../parts/paged.js';
import { date } from '../../words.js';
import { AmendmentForm } from './amendment-form.js';
import { AmendmentToDecide } from './amendment-to-decide.js';
import { GroupPage } from './group-page.js';

/** Amendments of a market in force: one coordinator proposes, another one decides (MKT-6). */
export function AmendmentsPage() {
  return (
    <GroupPage
      title="Avenants"
      lead="Un marché en vigueur ne change que par un avenant signé : une personne de la coordination le propose avec sa pièce, une autre le vérifie."
    >
      {(market) => <OfMarket key={market} market={market} />}
    </GroupPage>
  );
}

function OfMarket({ market }: { market: string }) {
  const [done, setDone] = useState('');
  const [read, setRead] = useState('');
  const [times, setTimes] = useState(0);
  const tell = (words: string) => {
    setDone(words);
    setRead('');
    setTimes(times + 1);
  };
  return (
    <>
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
      </div>
      {read && <AmendmentToDecide proposalId={read} done={tell} giveUp={() => setRead('')} />}
      <h2 className="fr-h4">Avenants proposés</h2>
      <Paged<AmendmentProposals>
        key={times}
        path={`/api/markets/${encodeURIComponent(market)}/amendment-proposals`}
        query={{ limit: 50 }}
      >
        {({ proposals }) => <Proposals proposals={proposals} open={setRead} />}
      </Paged>
      {!read && (
        <Decisions
          key={`form ${times}`}
          choices={[
            {
              label: 'Proposer un avenant',
              form: (giveUp) => <AmendmentForm market={market} done={tell} giveUp={giveUp} />,
            },
          ]}
        />
      )}
      <h2 className="fr-h4 fr-mt-4w">Avenants enregistrés</h2>
      <Amendments key={`recorded ${times}`} market={market} />
    </>
  );
}

function Proposals({
  proposals,
  open,
}: {
  proposals: AmendmentProposals['proposals'];
  open: (proposalId: string) => void;
}) {
  return (
    <DataTable
      hideCaption
      caption="Avenants proposés"
      headers={['Avenant', 'Proposé le', 'À décider avant le', 'État', 'Le lire']}
      empty="Aucun avenant n’a été proposé."
      rows={proposals.map((one) => ({
        key: one.proposalId,
        cells: [
          one.number,
          date(one.proposedOn),
          one.state === 'OPEN' ? date(one.expiresOn) : '—',
          <Badge
            key="state"
            small
            noIcon
            as="span"
            {...(one.state === 'OPEN' && { severity: 'new' })}
          >
            {proposalState(one.state)}
          </Badge>,
          <Button
            key="read"
            size="small"
            priority="secondary"
            nativeButtonProps={{ 'aria-label': `${read(one)} ${one.number}` }}
            onClick={() => open(one.proposalId)}
          >
            {read(one)}
          </Button>,
        ],
      }))}
    />
  );
}

type Proposed = AmendmentProposals['proposals'][number];
const read = ({ state, isOwn }: Pick<Proposed, 'state' | 'isOwn'>) =>
  state === 'OPEN' && !isOwn ? 'Lire et décider' : 'Lire';
