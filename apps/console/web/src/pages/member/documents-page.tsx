import { Button } from '@codegouvfr/react-dsfr/Button';
import { post } from '../../api.js';
import type { DispatchesPage, DocumentsPage as DocumentsAnswer } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DocumentLink } from '../../parts/document-link.js';
import { Paged } from '../../parts/paged.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { hasRole, useSession } from '../../session-context.js';
import { bytes, date, documentKind } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';

/** What the market sent to this member, what it deposited, and all of it as one file (GOV-4, ADH-2). */
export function DocumentsPage({ membershipId }: { membershipId: string }) {
  return (
    <MemberPage membershipId={membershipId} title="Documents">
      {() => (
        <>
          <h2 className="fr-h4">Documents du marché qui vous ont été envoyés</h2>
          <Dispatches membershipId={membershipId} />
          <h2 className="fr-h4">Documents de votre adhésion</h2>
          <Deposited membershipId={membershipId} />
          <h2 className="fr-h4">Tout votre dossier</h2>
          <p>
            Tous ces documents et vos bons de commande en une seule archive, avec leurs empreintes :
            pour le comptable, ou pour le tribunal administratif (art. 9).
          </p>
          <a
            className="fr-btn fr-btn--secondary fr-btn--icon-left fr-icon-download-line"
            href={`${memberPath(membershipId)}/archive`}
            download
          >
            Télécharger le dossier (ZIP)
          </a>
        </>
      )}
    </MemberPage>
  );
}

function Dispatches({ membershipId }: { membershipId: string }) {
  const session = useSession();
  const { busy, problem, attempt } = useAction();
  const path = `${memberPath(membershipId)}/execution-documents`;
  const mayAcknowledge = hasRole(session, 'member-orderer', 'member-finance');
  return (
    <>
      {problem && <ProblemAlert problem={problem} />}
      <Paged<DispatchesPage> path={path} query={{ limit: 50 }}>
        {({ dispatches }, reload) => (
          <DataTable
            hideCaption
            caption="Documents du marché"
            headers={['Document', 'Envoyé le', 'Reçu', 'Télécharger']}
            empty="La coordination n’a encore envoyé aucun document."
            rows={dispatches.map(({ dispatchId, documentId, document, sentOn, acknowledgedOn }) => {
              const title = document?.title || documentKind(document?.kind ?? '');
              return {
                key: dispatchId,
                cells: [
                  title,
                  date(sentOn),
                  acknowledgedOn ? (
                    date(acknowledgedOn)
                  ) : mayAcknowledge ? (
                    <Button
                      key="acknowledge"
                      size="small"
                      priority="secondary"
                      disabled={busy}
                      nativeButtonProps={{ 'aria-label': `Accuser réception de ${title}` }}
                      onClick={() =>
                        attempt(async () => {
                          await post(`${path}/${dispatchId}/acknowledgement`, {});
                          reload();
                        })
                      }
                    >
                      Accuser réception
                    </Button>
                  ) : (
                    'Pas encore'
                  ),
                  <DocumentLink key="file" documentId={documentId} title={title} />,
                ],
              };
            })}
          />
        )}
      </Paged>
    </>
  );
}

function Deposited({ membershipId }: { membershipId: string }) {
  return (
    <Paged<DocumentsAnswer> path="/api/documents" query={{ membership: membershipId, limit: 50 }}>
      {({ documents }) => (
        <DataTable
          hideCaption
          caption="Documents de l’adhésion"
          headers={['Document', 'Nature', 'Daté du', 'Taille', 'Télécharger']}
          numeric={[3]}
          empty="Aucun document n’est déposé pour cette adhésion."
          rows={documents.map((document) => ({
            key: document.documentId,
            cells: [
              document.title || document.fileName,
              documentKind(document.kind),
              date(document.datedOn),
              bytes(document.size),
              <DocumentLink key="file" documentId={document.documentId} title={document.title} />,
            ],
          }))}
        />
      )}
    </Paged>
  );
}
