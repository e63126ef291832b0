import type { Page } from 'playwright-core';

/** What the answers read here have of interest. */
type Answer = {
  csrfToken: string;
  members: { name: string; membershipId: string; marketCode: string }[];
  schools: { uai: string }[];
  documentId: string;
};

/** No page proposes a transfer yet: the coordinator's own session does, by the public route. */
export function proposeTransfer(page: Page, from: string, to: string): Promise<string> {
  return page.evaluate(
    async ([giver, receiver]) => {
      const read = async (path: string) => (await fetch(path)).json() as Promise<Answer>;
      const { csrfToken } = await read('/api/session');
      const send = async (path: string, type: string, body: string) => {
        const headers = {
          'content-type': type,
          'x-csrf-token': csrfToken,
          'idempotency-key': crypto.randomUUID(),
        };
        const response = await fetch(path, { method: 'POST', headers, body });
        if (!response.ok) throw new Error(await response.text());
        return response.json() as Promise<Answer>;
      };
      const { members } = await read('/api/coordination/members');
      const membership = (name?: string) => members.find((one) => one.name === name)!;
      const fromMembershipId = membership(giver).membershipId;
      const { schools } = await read(`/api/memberships/${fromMembershipId}/schools`);
      const paper = new URLSearchParams({
        market: membership(giver).marketCode,
        kind: 'DECISION',
        title: 'Décision de transfert',
        fileName: 'decision.pdf',
        datedOn: '2024-07-01',
      });
      const { documentId } = await send(
        `/api/documents?${paper}`,
        'application/pdf',
        '%PDF-1.4\n%%EOF',
      );
      const terms = {
        fromMembershipId,
        toMembershipId: membership(receiver).membershipId,
        uais: [schools[0]!.uai],
        effectiveOn: '2024-09-02',
        documentId,
        territoryException: 'Regroupement pédagogique',
        exceptionDocumentId: documentId,
        propose: true,
      };
      await send('/api/coordination/school-transfers', 'application/json', JSON.stringify(terms));
      return schools[0]!.uai;
    },
    [from, to],
  );
}
