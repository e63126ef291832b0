import type { Page } from 'playwright-core';
import { memberNamed, postAs, readAs } from './ask-as.js';

/** No page proposes a transfer yet: the coordinator's own session does, by the public route. */
export async function proposeTransfer(page: Page, from: string, to: string): Promise<string> {
  const giver = await memberNamed(page, from);
  const receiver = await memberNamed(page, to);
  const { schools } = await readAs<{ schools: { uai: string }[] }>(
    page,
    `/api/memberships/${giver.membershipId}/schools`,
  );
  const paper = new URLSearchParams({
    market: giver.marketCode,
    kind: 'DECISION',
    title: 'Décision de transfert',
    fileName: 'decision.pdf',
    datedOn: '2024-07-01',
  });
  const { documentId } = await postAs<{ documentId: string }>(
    page,
    `/api/documents?${paper}`,
    '%PDF-1.4\n%%EOF',
    'application/pdf',
  );
  const terms = {
    fromMembershipId: giver.membershipId,
    toMembershipId: receiver.membershipId,
    uais: [schools[0]!.uai],
    effectiveOn: '2024-09-02',
    documentId,
    territoryException: 'Regroupement pédagogique',
    exceptionDocumentId: documentId,
  };
  await postAs(
    page,
    '/api/coordination/school-transfers',
    JSON.stringify({ terms, propose: true }),
  );
  return schools[0]!.uai;
}
