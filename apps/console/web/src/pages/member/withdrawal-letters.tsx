import { useState } from 'react';
import type { Withdrawal, WithdrawalRecorded, WithdrawalRevoked } from '../../api-types.js';
import { DecisionForm, Decisions, type Choice } from '../../parts/decisions.js';
import { DateField, PaperField, TextField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { noPaper, useDecide } from '../../parts/use-decide.js';
import { date } from '../../words.js';
import { memberPath } from './member-page.js';

type LettersProps = {
  readonly membershipId: string;
  readonly withdrawal: Withdrawal;
  /** What was recorded, in words. */
  readonly done: (words: string) => void;
};

/** The registered letters that the coordinator received from this member: it leaves, or stays after all (WDR-1). */
export function WithdrawalLetters({ membershipId, withdrawal, done }: LettersProps) {
  const path = `${memberPath(membershipId)}/withdrawal`;
  const withdraw: Choice = {
    label: 'Enregistrer une lettre de retrait',
    form: (giveUp) => (
      <LetterForm<WithdrawalRecorded>
        title="Enregistrer une lettre de retrait"
        paperTitle="Lettre de retrait"
        submit="Enregistrer le retrait"
        lead="La date d’envoi décide, quel que soit le jour de réception (convention, art. 3). Une lettre envoyée hors délai est refusée : la demande et le refus restent à l’historique."
        path={path}
        membershipId={membershipId}
        giveUp={giveUp}
        recorded={({ notice }) =>
          done(
            `Le retrait est enregistré : il prend effet le ${date(notice?.takesEffectOn ?? '')}.`,
          )
        }
      />
    ),
  };
  const revoke: Choice = {
    label: 'Enregistrer une révocation',
    form: (giveUp) => (
      <LetterForm<WithdrawalRevoked>
        title="Enregistrer la révocation du retrait"
        paperTitle="Lettre de révocation du retrait"
        submit="Révoquer le retrait"
        lead={`Le membre reste dans le groupement jusqu’à la fin du marché. Un retrait se révoque jusqu’à la veille de son effet, le ${date(withdrawal.takesEffectOn)}.`}
        path={`${path}/revocation`}
        membershipId={membershipId}
        giveUp={giveUp}
        recorded={({ schoolsLost }) => done(revokedInWords(schoolsLost))}
      />
    ),
  };
  switch (withdrawal.state) {
    case 'NOT_YET':
    case 'OPEN':
    case 'CLOSED':
      return <Decisions choices={[withdraw]} />;
    case 'NOTIFIED':
      return <Decisions choices={[revoke]} />;
    default:
      return null;
  }
}

function revokedInWords(schoolsLost: readonly string[]): string {
  const words = 'Le retrait est révoqué : l’adhésion dure jusqu’à la fin du marché.';
  if (schoolsLost.length === 0) return words;
  return `${words} Un autre membre finance entre-temps : ${schoolsLost.join(', ')}.`;
}

function LetterForm<T>({
  title,
  paperTitle,
  submit,
  lead,
  path,
  membershipId,
  giveUp,
  recorded,
}: {
  title: string;
  paperTitle: string;
  submit: string;
  lead: string;
  path: string;
  membershipId: string;
  giveUp: () => void;
  recorded: (answer: T) => void;
}) {
  const [number, setNumber] = useState('');
  const [sentOn, setSentOn] = useState('');
  const [receivedOn, setReceivedOn] = useState('');
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { decide, deposit } = useDecide();
  const record = () =>
    action.attempt(async () => {
      const documentId = await deposit({ membershipId, kind: 'LETTER', title: paperTitle }, paper);
      const letter = { number: number.trim(), sentOn, receivedOn, documentId };
      recorded(await decide<T>(path, letter));
    });
  return (
    <DecisionForm title={title} submit={submit} action={action} giveUp={giveUp} decide={record}>
      <p>{lead}</p>
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-1w">
        <div className="fr-col-12 fr-col-md-4">
          <TextField
            field="number"
            label="Numéro de la lettre recommandée"
            hintText="Tel qu’il est imprimé sur l’avis."
            nativeInputProps={{
              name: 'letter-number',
              value: number,
              required: true,
              maxLength: 100,
              autoComplete: 'off',
              onChange: (event) => setNumber(event.target.value),
            }}
          />
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <DateField
            field="sentOn"
            label="Envoyée le"
            hint="Le jour du dépôt à La Poste."
            value={sentOn}
            change={setSentOn}
          />
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <DateField
            field="receivedOn"
            label="Reçue le"
            hint="Le jour de l’avis de réception."
            value={receivedOn}
            min={sentOn}
            change={setReceivedOn}
          />
        </div>
      </div>
      <PaperField label="La lettre numérisée" paper={paper} change={setPaper} />
    </DecisionForm>
  );
}
