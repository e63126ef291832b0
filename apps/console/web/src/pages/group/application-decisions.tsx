import { useState } from 'react';
import { admissionReasons, refusalReasons } from '../../adhesion-words.js';
import type { Application } from '../../api-types.js';
import { DecisionForm, Decisions, type Choice } from '../../parts/decisions.js';
import { PaperField, SelectField, TextField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { noPaper, useDecide } from '../../parts/use-decide.js';
import { documentKind } from '../../words.js';

export const applicationPath = (membershipId: string) =>
  `/api/coordination/applications/${encodeURIComponent(membershipId)}`;

type FormProps = {
  readonly application: Application;
  /** What was done, in words. */
  readonly done: (words: string) => void;
  readonly giveUp: () => void;
};

/** What the coordinator may decide on an application today; membership judges it (ADH-2, ADH-3). */
export function ApplicationDecisions({ application, done }: Omit<FormProps, 'giveUp'>) {
  const { status, awaitsDecision, signedOn } = application;
  const choice = (label: string, Form: (props: FormProps) => React.ReactNode): Choice => ({
    label,
    form: (giveUp) => <Form application={application} done={done} giveUp={giveUp} />,
  });
  const choices: Choice[] = [];
  if (status === 'APPLIED') {
    choices.push(
      awaitsDecision
        ? choice('Admettre malgré la réception tardive', AdmissionForm)
        : choice('Accepter', AcceptanceForm),
      choice('Refuser', RefusalForm),
    );
  }
  if (['ACCEPTED', 'ACTIVE'].includes(status) && !signedOn) {
    choices.push(choice('Enregistrer la convention signée', ConventionForm));
  }
  if (['APPLIED', 'ACCEPTED'].includes(status) && toDepositOf(application).length > 0) {
    choices.push(choice('Déposer une pièce', DepositForm));
  }
  if (choices.length === 0) return null;
  return (
    <section className="fr-mb-4w">
      <h2 className="fr-h4">Votre décision</h2>
      <Decisions choices={choices} />
    </section>
  );
}

function AcceptanceForm({ application, done, giveUp }: FormProps) {
  const { membershipId, organisation } = application;
  const action = useAction();
  const { decide } = useDecide();
  return (
    <DecisionForm
      title="Accepter la demande"
      submit="Accepter la demande"
      action={action}
      giveUp={giveUp}
      decide={() =>
        action.attempt(async () => {
          await decide(`${applicationPath(membershipId)}/acceptance`, {});
          done(`La demande de ${organisation.name} est acceptée.`);
        })
      }
    >
      <p>
        L’adhésion de {organisation.name} dure jusqu’à la fin du marché : une fois acceptée, elle ne
        prend fin avant que par un retrait, une exclusion ou une succession (convention, art. 2 et
        3).
      </p>
    </DecisionForm>
  );
}

function AdmissionForm(props: FormProps) {
  const { name } = props.application.organisation;
  return (
    <ReasonedForm
      {...props}
      title="Admettre la demande malgré sa réception tardive"
      submit="Admettre"
      decision="admission"
      reasons={admissionReasons}
      paperTitle="Décision d’admettre une réception tardive"
      paperHint="La décision signée, ou l’avis de réception."
      needsPaper={() => true}
      decided={`La lettre de ${name} compte : la demande peut être acceptée si elle est complète.`}
    />
  );
}

function RefusalForm(props: FormProps) {
  const { name } = props.application.organisation;
  return (
    <ReasonedForm
      {...props}
      title="Refuser la demande"
      submit="Refuser la demande"
      decision="refusal"
      reasons={refusalReasonsOf(props.application)}
      paperTitle="Décision de refuser la demande d’adhésion"
      paperHint="La décision signée, l’avis de réception ou la lettre de la collectivité."
      needsPaper={(reasonCode) => reasonCode === 'RECEIVED_LATE'}
      decided={`La demande de ${name} est refusée.`}
    />
  );
}

/** A decision with its reason out of a list, a note, and the document it rests on. */
function ReasonedForm({
  application: { membershipId },
  done,
  giveUp,
  title,
  submit,
  decision,
  reasons,
  paperTitle,
  paperHint,
  needsPaper,
  decided,
}: FormProps & {
  readonly title: string;
  readonly submit: string;
  readonly decision: 'admission' | 'refusal';
  readonly reasons: Record<string, string>;
  readonly paperTitle: string;
  readonly paperHint: string;
  readonly needsPaper: (reasonCode: string) => boolean;
  /** What was done, in words. */
  readonly decided: string;
}) {
  const [reasonCode, setReasonCode] = useState('');
  const [note, setNote] = useState('');
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { decide, deposit } = useDecide();
  const required = needsPaper(reasonCode);
  const send = () =>
    action.attempt(async () => {
      const documentId = await deposit(
        { membershipId, kind: 'DECISION', title: paperTitle },
        paper,
      );
      const body = { reasonCode, note: note.trim(), documentId };
      await decide(`${applicationPath(membershipId)}/${decision}`, body);
      done(decided);
    });
  return (
    <DecisionForm title={title} submit={submit} action={action} giveUp={giveUp} decide={send}>
      <ReasonField value={reasonCode} change={setReasonCode} reasons={reasons} />
      <NoteField value={note} change={setNote} />
      <PaperField
        label={`Document sur lequel repose la décision${required ? '' : ' (facultatif)'}`}
        hint={paperHint}
        required={required}
        paper={paper}
        change={setPaper}
      />
    </DecisionForm>
  );
}

/** Those that may be true of this application. */
function refusalReasonsOf({ missing, verdict }: Application): Record<string, string> {
  return Object.fromEntries(
    Object.entries(refusalReasons).filter(
      ([code]) =>
        (code !== 'RECEIVED_LATE' || verdict === 'COORDINATOR_DECIDES') &&
        (code !== 'INCOMPLETE' || missing.length > 0),
    ),
  );
}

function ConventionForm({ application, done, giveUp }: FormProps) {
  const { membershipId, organisation } = application;
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { decide, deposit } = useDecide();
  const record = () =>
    action.attempt(async () => {
      const title = `Convention signée, ${organisation.name}`;
      const documentId = await deposit({ membershipId, kind: 'CONVENTION', title }, paper);
      await decide(`${applicationPath(membershipId)}/convention`, { documentId });
      done(`La convention signée de ${organisation.name} est enregistrée.`);
    });
  return (
    <DecisionForm
      title="Enregistrer la convention signée"
      submit="Enregistrer la convention"
      action={action}
      giveUp={giveUp}
      decide={record}
    >
      <p>
        Elle compte du jour qu’elle porte ; l’appel d’offres attend la dernière signature
        (convention, art. 8).
      </p>
      <PaperField label="La convention signée" paper={paper} change={setPaper} />
    </DecisionForm>
  );
}

/** Stated by their titles only; the convention has its own form. */
const toDepositOf = ({ documents }: Application) =>
  documents.filter(({ kind, sha256 }) => depositable(kind) && sha256 === '');
const depositable = (kind: string): kind is 'DELIBERATION' | 'ANNEXE2' =>
  ['DELIBERATION', 'ANNEXE2'].includes(kind);

/** A title alone proves nothing: the membership comes into force once its papers are deposited (ADH-2). */
function DepositForm({ application, done, giveUp }: FormProps) {
  const { membershipId } = application;
  const [kind, setKind] = useState('');
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { deposit } = useDecide();
  const send = () =>
    action.attempt(async () => {
      const stated = toDepositOf(application).find((piece) => piece.kind === kind);
      if (!stated || !depositable(kind)) return;
      await deposit({ membershipId, kind, title: stated.title }, paper);
      done(`La pièce « ${stated.title} » est déposée.`);
    });
  return (
    <DecisionForm
      title="Déposer une pièce de la demande"
      submit="Déposer la pièce"
      action={action}
      giveUp={giveUp}
      decide={send}
    >
      <p>
        L’adhésion entre en vigueur une fois ses pièces déposées : un titre seul ne prouve rien.
      </p>
      <SelectField
        field="kind"
        label="Pièce"
        nativeSelectProps={{
          name: 'kind',
          value: kind,
          required: true,
          onChange: (event) => setKind(event.target.value),
        }}
      >
        <option value="" disabled>
          Choisissez une pièce
        </option>
        {toDepositOf(application).map((piece) => (
          <option key={piece.kind} value={piece.kind}>
            {documentKind(piece.kind)}
          </option>
        ))}
      </SelectField>
      <PaperField label="La pièce numérisée" paper={paper} change={setPaper} />
    </DecisionForm>
  );
}

function ReasonField({
  value,
  change,
  reasons,
}: {
  value: string;
  change: (code: string) => void;
  reasons: Record<string, string>;
}) {
  return (
    <SelectField
      field="reasonCode"
      label="Motif"
      nativeSelectProps={{
        name: 'reason',
        value,
        required: true,
        onChange: (event) => change(event.target.value),
      }}
    >
      <option value="" disabled>
        Choisissez un motif
      </option>
      {Object.entries(reasons).map(([code, label]) => (
        <option key={code} value={code}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}

function NoteField({ value, change }: { value: string; change: (note: string) => void }) {
  return (
    <TextField
      field="note"
      label="Note (facultative)"
      hintText="Elle est conservée avec la décision. Aucun nom de personne."
      nativeInputProps={{
        name: 'note',
        value,
        maxLength: 1_000,
        onChange: (event) => change(event.target.value),
      }}
    />
  );
}
