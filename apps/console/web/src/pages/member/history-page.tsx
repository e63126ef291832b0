import { AuditTrail } from '../../parts/audit-trail.js';
import { memberPath, MemberPage } from './member-page.js';

/** What was decided about this membership, and by whom. */
export function HistoryPage({ membershipId }: { membershipId: string }) {
  return (
    <MemberPage membershipId={membershipId} title="Historique">
      {() => <AuditTrail path={`${memberPath(membershipId)}/audit`} />}
    </MemberPage>
  );
}
