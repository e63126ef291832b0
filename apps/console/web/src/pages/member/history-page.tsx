import { Amendments } from '../../parts/amendments.js';
import { AuditTrail } from '../../parts/audit-trail.js';
import { memberPath, MemberPage } from './member-page.js';

/** What was decided about this membership, and by whom; and how its market changed. */
export function HistoryPage({ membershipId }: { membershipId: string }) {
  return (
    <MemberPage membershipId={membershipId} title="Historique">
      {({ membership }) => (
        <>
          <AuditTrail path={`${memberPath(membershipId)}/audit`} />
          <h2 className="fr-h4 fr-mt-4w">Avenants du marché</h2>
          <Amendments market={membership.marketCode} />
        </>
      )}
    </MemberPage>
  );
}
