import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { get } from '../../api.js';
import type { Proposal } from '../../api-types.js';
import { AgreedTerms } from '../../parts/agreed.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { TextField } from '../../parts/fields.js';
import { Answer, Page } from '../../parts/page.js';
import { PriceEffects } from '../../parts/price-effects.js';
import {
  AccountChange,
  AppliedRevision,
  PaperLink,
  PriceChanges,
  proposalPath,
  Proposals,
  proposalState,
  proposalSubject,
} from '../../parts/proposals.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useDecide } from '../../parts/use-decide.js';
import { useKept } from '../../parts/use-kept.js';
import { Link } from '../../router.js';
import { date } from '../../words.js';
import { GroupPage } from './group-page.js';

/** What the supplier proposed: the coordinator verifies each against its paper (BIL-2). */
export function ProposalsPage() {
  return (
    <GroupPage
      title="Prix et compte du titulaire"
      lead="Le titulaire propose, avec la pièce qui le prouve. Vérifiez chaque ligne sur cette pièce avant d’approuver : les factures en dépendent."
    >
      {(market) => (
        <>
          <Proposals
            market={market}
            act={(proposal) => (
              <Link
                href={`/groupement/propositions/${proposal.proposalId}`}
                aria-label={`${open(proposal)} la proposition du ${date(proposal.proposedOn)}, ${proposalSubject(proposal)}`}
              >
                {open(proposal)}
              </Link>
            )}
          />
          <AgreedTerms key={market} market={market} />
        </>
      )}
    </GroupPage>
  );
}

/** One proposal beside what it changes, and the decision on just that. */
export function ProposalPage({ proposalId }: { proposalId: string }) {
  const [done, setDone] = useState('');
  const answer = useAnswer(`proposal ${proposalId}`, () => get<Proposal>(proposalPath(proposalId)));
  const title = answer.status === 'READY' ? proposalSubject(answer.value) : 'Proposition';
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'Groupement', href: '/groupement' },
        { label: 'Prix et compte du titulaire', href: '/groupement/propositions' },
      ]}
    >
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
      </div>
      <Answer of={answer}>
        {(proposal) => (
          <>
            <dl className="facts fr-mb-3w">
              <dt>Proposé le</dt>
              <dd>{date(proposal.proposedOn)} par le titulaire</dd>
              <dt>État</dt>
              <dd>
                <strong>{proposalState(proposal)}</strong>
                {proposal.decidedOn && ` le ${date(proposal.decidedOn)}`}
                {proposal.reason && ` : ${proposal.reason}`}
              </dd>
              <dt>Pièce</dt>
              <dd>
                <PaperLink proposal={proposal} />
                <br />
                <span className="fr-text--xs cell--anywhere">
                  Empreinte SHA-256 {proposal.documentSha256}
                </span>
              </dd>
            </dl>
            {proposal.isOutdated && (
              <Alert
                small
                className="fr-mb-3w"
                severity="warning"
                description="Ce qui est en vigueur a changé depuis cette proposition : rejetez-la, le titulaire en fera une nouvelle."
              />
            )}
            {proposal.revision && <AppliedRevision applied={proposal.revision} />}
            {proposal.account ? (
              <AccountChange account={proposal.account} />
            ) : (
              <>
                <PriceChanges changes={proposal.prices} />
                <PriceEffects effects={proposal.effects} />
              </>
            )}
            {proposal.state === 'OPEN' && !proposal.isOwn && (
              <Verdict
                proposal={proposal}
                done={(words) => {
                  setDone(words);
                  answer.reload();
                }}
              />
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}

type VerdictProps = { proposal: Proposal; done: (words: string) => void };

/** The digest of what is shown goes with it: what was not read is not approved. */
function Verdict({ proposal, done }: VerdictProps) {
  const rejection = {
    label: 'Rejeter',
    form: (giveUp: () => void) => <RejectionForm proposal={proposal} done={done} giveUp={giveUp} />,
  };
  const approval = {
    label: 'Approuver',
    form: (giveUp: () => void) => <ApprovalForm proposal={proposal} done={done} giveUp={giveUp} />,
  };
  return <Decisions choices={proposal.isOutdated ? [rejection] : [approval, rejection]} />;
}

function ApprovalForm({ proposal, done, giveUp }: VerdictProps & { giveUp: () => void }) {
  const action = useAction();
  const { decide } = useDecide();
  const { proposalId, digest } = proposal;
  const approve = () =>
    action.attempt(async () => {
      await decide<Proposal>(proposalPath(proposalId, '/approval'), { digest });
      done('La proposition est approuvée : elle vaut, et les membres en sont informés.');
    });
  return (
    <DecisionForm
      title="Approuver ce que vous avez vérifié"
      submit="Approuver"
      action={action}
      giveUp={giveUp}
      decide={approve}
    >
      <p>
        Vous avez comparé chaque ligne avec la pièce. Une connexion de cinq minutes au plus vous est
        demandée.
      </p>
    </DecisionForm>
  );
}

function RejectionForm({ proposal, done, giveUp }: VerdictProps & { giveUp: () => void }) {
  const { proposalId, digest } = proposal;
  // A login that comes on the way takes none of it.
  const [reason, setReason] = useKept(`rejection of ${proposalId}`, () => '');
  const action = useAction();
  const { decide } = useDecide();
  const reject = () =>
    action.attempt(async () => {
      await decide<Proposal>(proposalPath(proposalId, '/rejection'), { digest, reason });
      done('La proposition est rejetée : le titulaire lit votre motif.');
    });
  return (
    <DecisionForm
      title="Rejeter la proposition"
      submit="Rejeter"
      action={action}
      giveUp={giveUp}
      decide={reject}
    >
      <TextField
        field="reason"
        label="Pourquoi ?"
        hintText="Lu par le titulaire et conservé. Aucun nom de personne."
        nativeInputProps={{
          name: 'rejection-reason',
          value: reason,
          required: true,
          maxLength: 1000,
          onChange: (event) => setReason(event.target.value),
        }}
      />
    </DecisionForm>
  );
}

const open = ({ state }: Pick<Proposal, 'state'>) => (state === 'OPEN' ? 'Vérifier' : 'Voir');
