import type { Dashboard } from '../../api-types.js';
import { Amendments } from '../../parts/amendments.js';
import { AuditTrail } from '../../parts/audit-trail.js';
import { DataTable } from '../../parts/data-table.js';
import { Link } from '../../router.js';
import { date } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';

/** What was decided about this membership, and by whom; what its market agreed on, and how it changed. */
export function HistoryPage({ membershipId }: { membershipId: string }) {
  return (
    <MemberPage membershipId={membershipId} title="Historique">
      {({ agreements, skipped, membership }) => (
        <>
          <Skipped skipped={skipped} />
          <Agreements agreements={agreements} />
          <AuditTrail path={`${memberPath(membershipId)}/audit`} />
          <h2 className="fr-h4 fr-mt-4w">Avenants du marché</h2>
          <Amendments market={membership.marketCode} />
        </>
      )}
    </MemberPage>
  );
}

function Skipped({ skipped }: Pick<Dashboard, 'skipped'>) {
  if (skipped.length === 0) return null;
  return (
    <DataTable
      caption="Événements qui n’ont pas été pris en compte, le plus récent d’abord"
      headers={['Décidé le', 'Événement', 'Décision']}
      multiline={[1, 2]}
      rows={skipped.map(({ proposalId, decidedOn, title, message }) => ({
        key: proposalId,
        cells: [
          date(decidedOn),
          title,
          <span key="message" className="cell--text">
            {message}
          </span>,
        ],
      }))}
    />
  );
}

function Agreements({ agreements }: Pick<Dashboard, 'agreements'>) {
  if (agreements.length === 0) return null;
  return (
    <DataTable
      caption="Prix et compte du titulaire, le plus récent d’abord"
      headers={['Approuvé le', 'Sujet', 'Ce qui vaut', 'Pièce']}
      rows={agreements.map(({ proposalId, approvedOn, title, message, documentId }) => ({
        key: proposalId,
        cells: [
          date(approvedOn),
          title,
          <span key="message" className="cell--text">
            {message}
          </span>,
          <Link
            key="paper"
            href={`/api/documents/${documentId}/content`}
            aria-label={`Télécharger la pièce du ${date(approvedOn)}, ${title}`}
          >
            Télécharger
          </Link>,
        ],
      }))}
    />
  );
}
