import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { proposalState } from '../../amendment-words.js';
import { get } from '../../api.js';
import type { AmendmentProposal } from '../../api-types.js';
import { TermChanges } from '../../parts/amendments.js';
import { DecisionForm, Decisions, type Choice } from '../../parts/decisions.js';
import { DocumentLink } from '../../parts/document-link.js';
import { TextField } from '../../parts/fields.js';
import { Answer } from '../../parts/page.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useDecide } from '../../parts/use-decide.js';
import { date } from '../../words.js';

type FormProps = {
  readonly proposal: AmendmentProposal;
  /** What was done, in words. */
  readonly done: (words: string) => void;
  readonly giveUp: () => void;
};
const pathOf = (proposalId: string) => `/api/amendment-proposals/${encodeURIComponent(proposalId)}`;

/** A proposal whole, to be compared with its paper, and what the reader may decide (MKT-6). */
export function AmendmentToDecide({
  proposalId,
  done,
  giveUp,
}: { proposalId: string } & Omit<FormProps, 'proposal'>) {
  const answer = useAnswer(`amendment proposal ${proposalId}`, () =>
    get<AmendmentProposal>(pathOf(proposalId)),
  );
  return (
    <Answer of={answer}>
      {(proposal) => (
        <section className="fr-mb-4w" aria-label={proposal.number}>
          <h2 className="fr-h4">{proposal.number}</h2>
          <Proposed proposal={proposal} />
          <Decisions choices={choicesOf(proposal, done)} />
          <Button priority="tertiary" onClick={giveUp}>
            Fermer
          </Button>
        </section>
      )}
    </Answer>
  );
}

function Proposed({ proposal }: Pick<FormProps, 'proposal'>) {
  const { number, state, amendment, reason, decidedOn } = proposal;
  return (
    <>
      <p>
        {proposalState(state)}
        {decidedOn && ` le ${date(decidedOn)}`}
        {reason && ` : « ${reason} »`}. Signé le {date(amendment?.signedOn ?? '')}, il prend effet
        le {date(amendment?.effectiveOn ?? '')}. Pièce signée :{' '}
        <DocumentLink documentId={proposal.documentId} title={number} />.
      </p>
      {amendment?.isOutdated && (
        <Alert
          small
          className="fr-mb-2w"
          severity="warning"
          description="Un autre avenant a été enregistré depuis : celui-ci ne peut plus être approuvé, il est à proposer à nouveau."
        />
      )}
      <h3 className="fr-h6">Ce qui change</h3>
      <TermChanges changes={amendment?.changes ?? []} />
    </>
  );
}

function choicesOf(proposal: AmendmentProposal, done: FormProps['done']): Choice[] {
  if (proposal.state !== 'OPEN') return [];
  const choice = (label: string, Form: (props: FormProps) => React.ReactNode): Choice => ({
    label,
    form: (giveUp) => <Form proposal={proposal} done={done} giveUp={giveUp} />,
  });
  if (proposal.isOwn) return [choice('Retirer ma proposition', WithdrawalForm)];
  return [
    ...(proposal.amendment?.isOutdated ? [] : [choice('Approuver', ApprovalForm)]),
    choice('Rejeter', RejectionForm),
  ];
}

function ApprovalForm({ proposal, done, giveUp }: FormProps) {
  const { proposalId, number, digest, amendment } = proposal;
  const action = useAction();
  const { decide } = useDecide();
  return (
    <DecisionForm
      title="Approuver l’avenant"
      submit="Approuver l’avenant"
      action={action}
      giveUp={giveUp}
      decide={() =>
        action.attempt(async () => {
          await decide(`${pathOf(proposalId)}/approval`, { digest });
          done(`« ${number} » est enregistré ; les membres le lisent dans leur historique.`);
        })
      }
    >
      <p>
        Vous attestez que ces changements sont ceux de la pièce signée. Ils valent à partir du{' '}
        {date(amendment?.effectiveOn ?? '')} et ne se reprennent que par un autre avenant.
      </p>
    </DecisionForm>
  );
}

function RejectionForm({ proposal: { proposalId, number, digest }, done, giveUp }: FormProps) {
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  return (
    <DecisionForm
      title="Rejeter l’avenant proposé"
      submit="Rejeter"
      action={action}
      giveUp={giveUp}
      decide={() =>
        action.attempt(async () => {
          await decide(`${pathOf(proposalId)}/rejection`, { digest, reason: reason.trim() });
          done(`« ${number} » est rejeté : rien ne change.`);
        })
      }
    >
      <TextField
        field="reason"
        label="Motif"
        hintText="La personne qui l’a proposé le lira. Aucun nom de personne."
        nativeInputProps={{
          name: 'reason',
          value: reason,
          required: true,
          maxLength: 1_000,
          onChange: (event) => setReason(event.target.value),
        }}
      />
    </DecisionForm>
  );
}

function WithdrawalForm({ proposal: { proposalId, number }, done, giveUp }: FormProps) {
  const action = useAction();
  const { decide } = useDecide();
  return (
    <DecisionForm
      title="Retirer ma proposition"
      submit="Retirer"
      action={action}
      giveUp={giveUp}
      decide={() =>
        action.attempt(async () => {
          await decide(`${pathOf(proposalId)}/withdrawal`, {});
          done(`« ${number} » est retiré : rien ne change.`);
        })
      }
    >
      <p>Rien ne change. Vous pourrez proposer cet avenant à nouveau.</p>
    </DecisionForm>
  );
}
