import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DocumentService } from '#libs/contracts';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { marketCode, type startMembership } from './membership-app.js';

type Running = Awaited<ReturnType<typeof startMembership>>;

export const ancenis = {
  name: 'Ancenis-Saint-Géréon',
  siren: '200083228',
  kind: 'COMMUNE',
  insee: '44003',
  address: '1 rue de l’Exemple',
};
export const marketFile = readFileSync('deploy/local/demo/markets/e-primo-2022.json', 'utf8');
export const annexe2 = Buffer.from(
  'UAI;Catégorie;Nombre de comptes\n0440437L;Compte élève;158\n0441606G;élève;254\nTOTAL;;412\n',
  'latin1',
);
export const pieces = ['CONVENTION', 'DELIBERATION', 'ANNEXE2'];
export const applicationOf = (
  organisation: object,
  letterNumber: string,
  documentIds: string[] = [],
) => ({
  marketCode,
  organisation,
  letterNumber,
  documentIds,
  sentOn: '2022-01-11',
  receivedOn: '2022-01-13',
});

/** The papers of a complete application, deposited before it (ADH-2). */
export async function depositPapers(
  client: RpcClient<typeof DocumentService>,
  coordinator: { token: string },
  siren: string,
): Promise<string[]> {
  const ids: string[] = [];
  for (const kind of pieces) {
    const { document } = await client.uploadDocument(
      {
        ...{ idempotencyKey: randomUUID(), kind, title: kind, fileName: 'a.pdf' },
        owner: { marketCode, organisationId: `org-${siren}` },
        datedOn: '2022-01-10',
        content: Buffer.from(`%PDF-1.7 ${kind}`),
      },
      coordinator,
    );
    ids.push(document!.documentId);
  }
  return ids;
}

/** Over the wire, from nothing to a membership in force on 2022-07-19 with C = 412. */
export async function activateAncenis(service: Running): Promise<string> {
  const coordinator = await service.as('coordinator');
  const second = await service.as('coordinator', { sub: 'second-coordinator' });
  const player = await service.as('player', { markets: [] });
  const { client } = service;
  await client.startBusinessDay({ date: '2022-01-14' }, player);
  await client.loadMarket({ content: marketFile }, coordinator);
  const documents = createRpcClient(DocumentService, { address: service.address });
  const papers = await depositPapers(documents, coordinator, ancenis.siren);
  documents.close();
  const { membershipId } = await client.applyForMembership(
    applicationOf(ancenis, '1A 1', papers),
    coordinator,
  );
  const { sha256 } = await client.importAnnexe2(
    { membershipId, fileName: 'annexe2.csv', content: annexe2, datedOn: '2022-01-10' },
    coordinator,
  );
  await client.verifyAnnexe2({ membershipId, sha256 }, second);
  await client.acceptApplication({ membershipId }, coordinator);
  await client.startBusinessDay({ date: '2022-07-19' }, player);
  await client.activateMembership({ membershipId }, coordinator);
  return membershipId;
}
