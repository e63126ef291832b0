import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { decisionOf, decisionReasonOf } from '../../adhesion-words.js';
import { get } from '../../api.js';
import type { Application } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { date, documentKind, kind, letterVerdict, membershipState } from '../../words.js';
import { ApplicationDecisions, applicationPath } from './application-decisions.js';

/** One application: its pieces, what is missing, and what the coordinator decides (ADH-2, ADH-3). */
export function ApplicationPage({ membershipId }: { membershipId: string }) {
  const [done, setDone] = useState('');
  const answer = useAnswer(`application ${membershipId}`, () =>
    get<Application>(applicationPath(membershipId)),
  );
  const name = answer.status === 'READY' ? answer.value.organisation.name : 'Demande d’adhésion';
  return (
    <Page
      title={name}
      crumbs={[
        { label: 'Groupement', href: '/groupement' },
        { label: 'Adhésions', href: '/groupement/adhesions' },
      ]}
    >
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
      </div>
      <Answer of={answer}>
        {(application) => (
          <>
            <Facts application={application} />
            <Against application={application} />
            <ApplicationDecisions
              application={application}
              done={(words) => {
                setDone(words);
                answer.reload();
              }}
            />
            <Decided decisions={application.decisions} />
            <Pieces documents={application.documents} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Facts({ application }: { application: Application }) {
  const { organisation, status, letterNumber, acceptedOn, signedOn } = application;
  const isMember = ['ACCEPTED', 'ACTIVE', 'ENDED'].includes(status);
  return (
    <dl className="facts fr-mb-3w">
      <dt>Demande</dt>
      <dd>
        <strong data-testid="application-state">{membershipState(status)}</strong>
        {isMember && (
          <>
            {' '}
            —{' '}
            <Link href={`/collectivite/${application.membershipId}`}>page de la collectivité</Link>
          </>
        )}
      </dd>
      <dt>Collectivité</dt>
      <dd>
        {kind(organisation.kind)}, SIREN {organisation.siren}
      </dd>
      <dt>Lettre recommandée</dt>
      <dd>
        {letterNumber || 'sans numéro'}, envoyée le {date(application.sentOn)}, reçue le{' '}
        {date(application.receivedOn)}
      </dd>
      {application.registerException && (
        <>
          <dt>Écoles hors du répertoire</dt>
          <dd>Annexe 2 saisie par exception : {application.registerException}</dd>
        </>
      )}
      <dt>Délai</dt>
      <dd>{letterVerdict(application.verdict)}</dd>
      {isMember && (
        <>
          <dt>Acceptée le</dt>
          <dd>{date(acceptedOn)}</dd>
          <dt>Convention signée le</dt>
          <dd>{signedOn ? date(signedOn) : 'Pas encore enregistrée'}</dd>
        </>
      )}
    </dl>
  );
}

/** What stands against the application, or stood against it, with the articles. */
function Against({ application }: { application: Application }) {
  const { status, awaitsDecision, reasons, missing } = application;
  const isRefused = status === 'REFUSED';
  const isOpen = status === 'APPLIED';
  return (
    <>
      {reasons.length > 0 && (isRefused || awaitsDecision) && (
        <Alert
          className="fr-mb-3w"
          severity={isRefused ? 'info' : 'warning'}
          title={isRefused ? 'Pourquoi elle est refusée' : 'Votre décision est attendue'}
          description={reasons.join(' ')}
        />
      )}
      {missing.length > 0 && isOpen && (
        <Alert
          className="fr-mb-3w"
          severity="warning"
          title="Le dossier est incomplet"
          description={missing.join(' ')}
        />
      )}
    </>
  );
}

function Decided({ decisions }: { decisions: Application['decisions'] }) {
  if (decisions.length === 0) return null;
  return (
    <DataTable
      caption="Décisions prises"
      headers={['Le', 'Décision', 'Motif', 'Note', 'Document']}
      rows={decisions.map(({ decision, reasonCode, note, documentId, decidedOn }) => ({
        key: `${decidedOn} ${decision}`,
        cells: [
          date(decidedOn),
          decisionOf(decision),
          <span key="reason" className="cell--text">
            {decisionReasonOf(reasonCode)}
          </span>,
          note || '—',
          documentId ? (
            <Link key="file" href={`/api/documents/${documentId}/content`} download>
              Télécharger
            </Link>
          ) : (
            '—'
          ),
        ],
      }))}
    />
  );
}

function Pieces({ documents }: { documents: Application['documents'] }) {
  return (
    <DataTable
      caption="Pièces du dossier"
      headers={['Pièce', 'Nature', 'Datée du', 'Dépôt']}
      empty="Aucune pièce au dossier."
      rows={documents.map(({ kind: documentKindCode, title, datedOn, sha256 }) => ({
        key: `${documentKindCode} ${title} ${datedOn}`,
        cells: [
          title || '—',
          documentKind(documentKindCode),
          date(datedOn),
          sha256 ? 'Déposée' : 'À déposer',
        ],
      }))}
    />
  );
}
