import type { Page } from 'playwright-core';
import { memberNamed, postAs } from './ask-as.js';

/** No page plans a succession yet: the coordinator's own session does, by the public route. */
export async function planSuccession(page: Page, from: string, toSiren: string): Promise<void> {
  const { membershipId, marketCode } = await memberNamed(page, from);
  const paper = new URLSearchParams({
    ...{ membership: membershipId, kind: 'DECISION', title: 'Arrêté préfectoral' },
    ...{ fileName: 'arrete.pdf', datedOn: '2024-07-01' },
  });
  const { documentId } = await postAs<{ documentId: string }>(
    page,
    `/api/documents?${paper}`,
    '%PDF-1.4\n%%EOF\n',
    'application/octet-stream',
  );
  const plan = {
    kind: 'FULL',
    effectiveOn: '2025-01-01',
    predecessorMembershipId: membershipId,
    successor: { siren: toSiren },
    documentId,
  };
  const body = JSON.stringify({ marketCode, plans: [plan] });
  await postAs(page, '/api/coordination/successions', body);
}
