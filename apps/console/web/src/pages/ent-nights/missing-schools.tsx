import { useState } from 'react';
import { get, post } from '../../api.js';
import type { EntMissing, EntMissingProposalView, EntMissingSchoolView } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { TextField } from '../../parts/fields.js';
import { Outcome } from '../../parts/outcome.js';
import { Answer } from '../../parts/page.js';
import { ReasonFields, useReason } from '../../parts/reason-fields.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count, date, plural, schoolInWords } from '../../words.js';

const path = '/api/support/ent-missing';
const reasons = {
  ENT_RESTAURE: 'L’ENT a été restauré',
  INCIDENT_ENT: 'Incident dans l’ENT',
};
type Props = { readonly done: (words: string) => void };

/** Schools that a restored ENT lacks, and their confirmation by two persons; nothing where none waits (PRV-5). */
export function MissingSchools() {
  const [outcome, setOutcome] = useState('');
  const answer = useAnswer('ent-missing', () => get<EntMissing>(path));
  const done = (words: string) => {
    setOutcome(words);
    answer.reload();
  };
  return (
    <>
      {outcome && <Outcome words={outcome} />}
      <Answer of={answer}>
        {({ schools, proposal }) => {
          const waiting = schools.filter(({ confirmedUntil }) => confirmedUntil === '');
          return (
            <>
              {schools.length > 0 && (
                <>
                  <h2>Écoles où trop de comptes manquent dans l’ENT</h2>
                  <p>
                    La réparation de ces écoles a été refusée. Si l’ENT a été restauré, deux
                    personnes confirment leurs nombres en une fois ; l’exploitation relance ensuite
                    la réparation.
                  </p>
                  <SchoolsTable caption="Écoles relevées depuis trois jours" schools={schools} />
                </>
              )}
              {proposal ? (
                <Proposal proposal={proposal} done={done} />
              ) : (
                waiting.length > 0 && <Propose schools={waiting} done={done} />
              )}
            </>
          );
        }}
      </Answer>
    </>
  );
}

function SchoolsTable({
  caption,
  schools,
}: {
  caption: string;
  schools: readonly EntMissingSchoolView[];
}) {
  return (
    <DataTable
      caption={caption}
      headers={['École', 'Comptes absents', 'Comptes comparés', 'Remarque']}
      numeric={[1, 2]}
      multiline={[0, 3]}
      empty="Aucune école."
      rows={schools.map((school) => ({
        key: school.uai,
        cells: [
          schoolInWords(school.uai, school.schoolName),
          count(school.missing),
          count(school.compared),
          [
            school.isEmptied ? 'liste vide dans l’ENT' : '',
            school.confirmedUntil ? `confirmé jusqu’au ${date(school.confirmedUntil)} exclu` : '',
          ]
            .filter(Boolean)
            .join(', ') || '—',
        ],
      }))}
    />
  );
}

const sumInWords = (schools: readonly EntMissingSchoolView[]) =>
  `${plural(BigInt(schools.length), 'école', 'écoles')}, ${plural(
    BigInt(schools.reduce((sum, { missing }) => sum + missing, 0)),
    'compte absent',
    'comptes absents',
  )}`;

function Propose({ schools, done }: Props & { schools: readonly EntMissingSchoolView[] }) {
  return (
    <Decisions
      choices={[
        {
          label: 'Proposer de confirmer',
          form: (giveUp) => <ProposeForm schools={schools} done={done} giveUp={giveUp} />,
        },
      ]}
    />
  );
}

function ProposeForm({
  schools,
  done,
  giveUp,
}: Props & { schools: readonly EntMissingSchoolView[]; giveUp: () => void }) {
  const reason = useReason();
  const action = useAction();
  const send = () =>
    action.attempt(async () => {
      await post(`${path}/proposals`, {
        reason: reason.sent,
        uais: schools.map(({ uai }) => uai),
      });
      done('C’est proposé : une autre personne doit maintenant lire ces nombres et en décider.');
    });
  return (
    <DecisionForm
      title="Proposer de confirmer les comptes absents"
      submit="Proposer"
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <p>
        <strong>{sumInWords(schools)}.</strong> Ces comptes seront refaits dans l’ENT, avec une
        nouvelle lettre d’accès.
      </p>
      <ReasonFields reasons={reasons} of={reason} />
    </DecisionForm>
  );
}

const verdicts = {
  APPROVED: {
    label: 'Confirmer',
    means:
      'Chaque école pourra être réparée une fois dans les trois jours, sans dépasser son nombre.',
    done: 'C’est confirmé : l’exploitation peut relancer la réparation.',
  },
  REJECTED: {
    label: 'Rejeter',
    means: 'Rien n’est confirmé.',
    done: 'C’est rejeté : rien n’est confirmé.',
  },
  WITHDRAWN: {
    label: 'Retirer',
    means: 'Vous retirez votre proposition.',
    done: 'C’est retiré : rien n’est confirmé.',
  },
} as const;
type Verdict = keyof typeof verdicts;

function Proposal({ proposal, done }: Props & { proposal: EntMissingProposalView }) {
  const offered: readonly Verdict[] = proposal.isOwn ? ['WITHDRAWN'] : ['APPROVED', 'REJECTED'];
  return (
    <>
      <h3>Confirmation proposée</h3>
      <p>
        {reasons[proposal.reason.split(' ')[0] as keyof typeof reasons]}, proposé le{' '}
        {date(proposal.proposedOn)} : {sumInWords(proposal.schools)}.{' '}
        {proposal.isOwn
          ? 'Une autre personne doit en décider'
          : 'Lisez chaque nombre avant d’en décider'}
        , avant le {date(proposal.expiresOn)}.
      </p>
      <SchoolsTable caption="Nombres proposés" schools={proposal.schools} />
      <Decisions
        choices={offered.map((verdict) => ({
          label: verdicts[verdict].label,
          form: (giveUp) => (
            <DecideForm proposal={proposal} verdict={verdict} done={done} giveUp={giveUp} />
          ),
        }))}
      />
    </>
  );
}

function DecideForm({
  proposal: { proposalId, digest, schools },
  verdict,
  done,
  giveUp,
}: Props & { proposal: EntMissingProposalView; verdict: Verdict; giveUp: () => void }) {
  const [reason, setReason] = useState('');
  const action = useAction();
  const { label, means, done: words } = verdicts[verdict];
  const send = () =>
    action.attempt(async () => {
      const decision = { outcome: verdict, digest, reason };
      await post(`${path}/proposals/${encodeURIComponent(proposalId)}/decision`, decision);
      done(words);
    });
  return (
    <DecisionForm
      title={`${label} : ${sumInWords(schools)}`}
      submit={label}
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <p>{means}</p>
      {verdict === 'REJECTED' && (
        <TextField
          field="reason"
          label="Pourquoi"
          hintText="La personne qui a proposé le lira. Aucun nom de personne."
          nativeInputProps={{
            value: reason,
            required: true,
            maxLength: 500,
            onChange: (event) => setReason(event.target.value),
          }}
        />
      )}
    </DecisionForm>
  );
}
