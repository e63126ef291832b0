import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { addDays, isLocalDate } from '#libs/time';
import { get } from '../../api.js';
import type { DocumentsPage, Invoice } from '../../api-types.js';
import { type Choice, DecisionForm, Decisions } from '../../parts/decisions.js';
import { DocumentLink } from '../../parts/document-link.js';
import { PaperField, SelectField, TextField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { noPaper, useDecide } from '../../parts/use-decide.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, documentKind } from '../../words.js';

type Of = { readonly invoice: Invoice; readonly path: string; readonly done: () => void };
type Deciding = Of & { readonly giveUp: () => void };

/** A draft is the état de service fait: what was said of it, and what whoever looks may say (BIL-9). */
export function DraftAnswers(of: Of) {
  const { answers, refusals, summary } = of.invoice;
  const isDraft = summary.status === 'DRAFT';
  return (
    <>
      {isDraft && refusals.length > 0 && <Refusals refusals={refusals} />}
      {answers.map((answer) => (
        <p key={answer.answer} className="fr-mb-2w">
          <strong>{answerWords[answer.answer]}</strong> le {date(answer.answeredOn)}
          {answer.reason && ` : ${answer.reason}`}
          {answer.documentId && (
            <>
              {' '}
              <DocumentLink documentId={answer.documentId} title="la pièce de la contestation" />
            </>
          )}
        </p>
      ))}
      {isDraft && <WhatMayBeSaid {...of} />}
    </>
  );
}

const answerWords: Readonly<Record<string, string>> = {
  ACCEPTED: 'Service fait certifié',
  CONTESTED: 'Contesté par le membre',
  MAINTAINED: 'Maintenu par le titulaire',
};

/** The last day of contesting, as people say it. */
export const lastDay = (contestableUntil: string) =>
  isLocalDate(contestableUntil) ? date(addDays(contestableUntil, -1)) : '—';

function Refusals({ refusals }: Pick<Invoice, 'refusals'>) {
  return (
    <Alert
      className="fr-mb-3w"
      severity="warning"
      title="Tel quel, le destinataire refuserait cette facture"
      description={
        <ul>
          {refusals.map(({ rule, reason, remedy }) => (
            <li key={`${rule} ${reason}`}>
              {reason}
              {remedy ? `\u00a0: ${remedy}.` : '. Signalez-le au support de niveau\u00a03.'}
            </li>
          ))}
        </ul>
      }
    />
  );
}

function WhatMayBeSaid(of: Of) {
  const session = useSession();
  const { answers, summary } = of.invoice;
  const last = answers.at(-1)?.answer;
  const mayContest = last === undefined && (session.today ?? '') < summary.contestableUntil;
  const choices: Choice[] = [];
  if (hasRole(session, 'member-finance')) {
    if (last !== 'ACCEPTED') {
      choices.push({
        label: 'Certifier le service fait',
        form: (giveUp) => <AcceptForm {...of} giveUp={giveUp} />,
      });
    }
    if (mayContest) {
      choices.push({
        label: 'Contester ce projet',
        form: (giveUp) => <ContestForm {...of} giveUp={giveUp} />,
      });
    }
  }
  if (hasRole(session, 'supplier')) {
    if (last === 'CONTESTED') {
      choices.push({
        label: 'Maintenir ce projet',
        form: (giveUp) => <MaintainForm {...of} giveUp={giveUp} />,
      });
    }
    choices.push({
      label: 'Retirer ce projet',
      form: (giveUp) => <WithdrawalForm {...of} giveUp={giveUp} />,
    });
  }
  return choices.length === 0 ? null : <Decisions choices={choices} />;
}

function AcceptForm({ path, giveUp, done }: Deciding) {
  const action = useAction();
  const { decide } = useDecide();
  const accept = () =>
    action.attempt(async () => {
      await decide(`${path}/acceptance`, {});
      done();
    });
  return (
    <DecisionForm
      title="Certifier le service fait"
      submit="Certifier"
      {...{ action, giveUp }}
      decide={accept}
    >
      <p>
        Vous confirmez que la prestation décrite a été rendue. La facture est émise aussitôt, sans
        attendre la fin du délai de contestation.
      </p>
    </DecisionForm>
  );
}

/** A piece may be laid beside it: one of the member's file that the supplier reads, or one deposited with it. */
function ContestForm({ invoice, path, giveUp, done }: Deciding) {
  const [reason, setReason] = useState('');
  const [known, setKnown] = useState('');
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { decide, deposit } = useDecide();
  const { membershipId, contestableUntil } = invoice.summary;
  const contest = () =>
    action.attempt(async () => {
      const owned = { membershipId, kind: 'INVOICE_CONTEST', title: paperTitle } as const;
      const documentId = (await deposit(owned, paper)) || known;
      await decide(`${path}/contest`, { reason, documentId });
      done();
    });
  return (
    <DecisionForm
      title="Contester ce projet de facture"
      submit="Contester"
      {...{ action, giveUp }}
      decide={contest}
    >
      <p>
        Possible jusqu’au {lastDay(contestableUntil)} inclus, une seule fois. La facture n’est pas
        émise avant que le titulaire ait répondu : il maintient son projet, ou le retire et en
        établit un autre.
      </p>
      <ReasonField hint="Le titulaire le lit sur cette page." {...{ reason, setReason }} />
      <PaperField
        label="Pièce à l’appui (facultative)"
        hint="Le titulaire la lit : aucun nom d’élève ni de famille."
        required={false}
        paper={paper}
        change={setPaper}
      />
      {!paper.file && <KnownPiece {...{ membershipId, known, setKnown }} />}
    </DecisionForm>
  );
}

const paperTitle = 'Pièce à l’appui d’une contestation';
/** Of a member's file, what the supplier reads (SUP-3). */
const readBySupplier = ['INVOICE_CONTEST', 'ANNEXE2', 'ORDER', 'CORRECTION_AGREEMENT'];

function KnownPiece({
  membershipId,
  known,
  setKnown,
}: {
  membershipId: string;
  known: string;
  setKnown: (documentId: string) => void;
}) {
  const answer = useAnswer(`documents ${membershipId}`, () =>
    get<DocumentsPage>('/api/documents', { membership: membershipId, limit: 200 }),
  );
  const documents = (answer.status === 'READY' ? answer.value.documents : []).filter(
    ({ kind, organisationId }) => organisationId !== '' && readBySupplier.includes(kind),
  );
  if (documents.length === 0) return null;
  return (
    <SelectField
      field="documentId"
      label="Ou une pièce déjà dans votre dossier"
      nativeSelectProps={{
        value: known,
        onChange: (event) => setKnown(event.target.value),
      }}
    >
      <option value="">Aucune</option>
      {documents.map((document) => (
        <option key={document.documentId} value={document.documentId}>
          {document.title || documentKind(document.kind)} ({date(document.datedOn)})
        </option>
      ))}
    </SelectField>
  );
}

function MaintainForm({ invoice, path, giveUp, done }: Deciding) {
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const maintain = () =>
    action.attempt(async () => {
      await decide(`${path}/maintenance`, { reason });
      done();
    });
  return (
    <DecisionForm
      title="Maintenir ce projet de facture"
      submit="Maintenir"
      {...{ action, giveUp }}
      decide={maintain}
    >
      <p>
        La facture est émise telle quelle à la fin du délai de contestation (
        {lastDay(invoice.summary.contestableUntil)} inclus), aussitôt s’il est passé. Si le membre a
        raison, retirez plutôt le projet.
      </p>
      <ReasonField hint="Le membre le lit sur cette page." {...{ reason, setReason }} />
    </DecisionForm>
  );
}

/** The supplier takes back what shall not be issued; the member reads why (BIL-9). */
function WithdrawalForm({ invoice, path, giveUp, done }: Deciding) {
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const withdraw = () =>
    action.attempt(async () => {
      await decide(`${path}/withdrawal`, { reason });
      done();
    });
  return (
    <DecisionForm
      title="Retirer ce projet de facture"
      submit="Retirer le projet"
      {...{ action, giveUp }}
      decide={withdraw}
    >
      <p>
        Le projet ne sera pas émis.{' '}
        {invoice.summary.kind === 'COMPLEMENT'
          ? 'L’écart qui reste dû revient parmi les factures à corriger, où deux personnes en conviennent de nouveau.'
          : 'Un autre est établi aussitôt d’après ce qui est connu aujourd’hui, avec un nouveau délai de contestation.'}
      </p>
      <ReasonField hint="Le membre le lit sur cette page." max={500} {...{ reason, setReason }} />
    </DecisionForm>
  );
}

function ReasonField({
  hint,
  reason,
  setReason,
  max = 1000,
}: {
  hint: string;
  reason: string;
  setReason: (reason: string) => void;
  max?: number;
}) {
  return (
    <TextField
      field="reason"
      label="Motif"
      hintText={hint}
      nativeInputProps={{
        name: 'reason',
        value: reason,
        required: true,
        maxLength: max,
        onChange: (event) => setReason(event.target.value),
      }}
    />
  );
}
