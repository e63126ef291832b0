import { AuditTrail } from '../../parts/audit-trail.js';
import { GroupPage } from './group-page.js';

/** What was decided in a market, by whom and on what document. */
export function AuditPage() {
  return (
    <GroupPage title="Historique">
      {(market) => <AuditTrail key={market} path="/api/coordination/audit" query={{ market }} />}
    </GroupPage>
  );
}
