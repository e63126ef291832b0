import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { AuditService, DocumentService, SchoolService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis, ancenis, annexe2, applicationOf } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

type Methods = (typeof SchoolService)['method'] & (typeof AuditService)['method'];
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: Role;
  /** The coordinator's decision: nobody of the member may ask, for its own either. */
  readonly coordination?: true;
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let schools: RpcClient<typeof SchoolService>;
let audit: RpcClient<typeof AuditService>;
let documents: RpcClient<typeof DocumentService>;
let giver: string;
let receiver: string;
let documentId: string;
const vertou = {
  name: 'Vertou',
  siren: '214402158',
  kind: 'COMMUNE',
  insee: '44215',
  address: '1 rue de l’Exemple',
};
const [uai, other] = ['0440437L', '0441606G'];

const terms = (uais: string[] = [uai]) => ({
  fromMembershipId: giver,
  toMembershipId: receiver,
  uais,
  effectiveOn: '2022-09-01',
  documentId,
  territoryException: 'Regroupement pédagogique intercommunal',
});
const page = { limit: 200, cursor: '' };

// Every RPC of the two services has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  listSchoolLinks: {
    rightful: 'member-reader',
    request: () => ({ membershipId: receiver, page }),
  },
  endSchoolFinancing: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({
      idempotencyKey: randomUUID(),
      membershipId: giver,
      uai: other,
      endsOn: '2023-07-08',
      reason: 'SCHOOL_CLOSED',
    }),
  },
  previewSchoolTransfer: {
    rightful: 'coordinator',
    coordination: true,
    request: () => ({ terms: terms() }),
  },
  transferSchools: {
    rightful: 'admin',
    coordination: true,
    request: () => ({ idempotencyKey: randomUUID(), terms: terms() }),
  },
  acceptSchoolTransfer: {
    rightful: 'member-orderer',
    request: () => ({ idempotencyKey: randomUUID(), transferId: transferred }),
  },
  closeSchoolTransfer: {
    rightful: 'member-orderer',
    request: () => ({ idempotencyKey: randomUUID(), transferId: transferred }),
  },
  // A member's own list may be empty: what it holds is tried in the service (SUP-3).
  listSchoolTransfers: { rightful: 'member-finance', request: () => ({ marketCode, page }) },
  listAuditEntries: {
    rightful: 'member-reader',
    request: () => ({ membershipId: receiver, page }),
  },
};
let transferred: string;
const names = [...SchoolService.methods, ...AuditService.methods].map(({ localName }) => localName);

/** The code of the refusal, or undefined for an answer. */
async function call(name: string, as?: { token: string }): Promise<string | number | undefined> {
  const client = name in AuditService.method ? audit : schools;
  const ask = client[name as never] as (
    request: unknown,
    options?: { token: string },
  ) => Promise<unknown>;
  return ask(table[name as Name].request(), as).then(
    () => undefined,
    (error: { code: string | number }) => error.code,
  );
}
const refused = /^(NOT_ALLOWED|NOT_FOUND)$/;
const memberRoles: Role[] = ['member-reader', 'member-orderer', 'member-finance'];
/** Of the receiver. */
const own = { organisationId: `org-${vertou.siren}`, roles: memberRoles };
const stranger = { organisationId: 'org-214400368', roles: memberRoles };

beforeAll(async () => {
  service = await startMembership();
  const { address, client } = service;
  schools = createRpcClient(SchoolService, { address });
  audit = createRpcClient(AuditService, { address });
  documents = createRpcClient(DocumentService, { address });
  giver = await activateAncenis(service);
  const [coordinator, admin] = [await service.as('coordinator'), await service.as('admin')];
  ({ membershipId: receiver } = await client.applyForMembership(
    applicationOf(vertou, '1A 2'),
    coordinator,
  ));
  const { sha256 } = await client.importAnnexe2(
    { membershipId: receiver, fileName: 'a.csv', content: annexe2, datedOn: '2022-01-10' },
    coordinator,
  );
  await client.verifyAnnexe2({ membershipId: receiver, sha256 }, admin);
  await client.acceptApplication({ membershipId: receiver }, coordinator);
  await client.activateMembership({ membershipId: receiver }, coordinator);
  for (const school of [uai, other]) {
    const link = { membershipId: giver, uai: school, from: '2022-07-19', insee: ancenis.insee };
    await client.financeSchool({ ...link, idempotencyKey: school }, coordinator);
  }
  const { document } = await documents.uploadDocument(
    {
      idempotencyKey: randomUUID(),
      owner: { membershipId: giver },
      kind: 'DECISION',
      title: 'Délibération sur la compétence scolaire',
      datedOn: '2022-06-01',
      fileName: 'deliberation.pdf',
      content: Buffer.from('%PDF-1.4\n%test'),
    },
    coordinator,
  );
  documentId = document?.documentId ?? '';
  const answer = await schools.transferSchools(
    { idempotencyKey: 'first', terms: terms() },
    coordinator,
  );
  transferred = answer.transfer?.transferId ?? '';
}, 60_000);
afterAll(async () => {
  for (const client of [schools, audit, documents]) client.close();
  await service.stop();
}, 30_000);

test('every RPC of the two services is in the table', () => {
  expect(Object.keys(table).sort()).toEqual([...names].sort());
});

test('SCH-2: over the wire, a school that passes leaves one list on the day and enters the other', async () => {
  const coordinator = await service.as('coordinator');
  const linksOf = async (membershipId: string) =>
    (await schools.listSchoolLinks({ membershipId, page }, coordinator)).links.map((link) => [
      link.uai,
      link.period?.startsOn,
      link.period?.endsOn,
      link.state,
      link.endReason,
    ]);
  expect(await linksOf(giver)).toContainEqual([
    uai,
    '2022-07-19',
    '2022-09-01',
    'CURRENT',
    'TRANSFER',
  ]);
  expect(await linksOf(receiver)).toEqual([[uai, '2022-09-01', '2026-07-19', 'FUTURE', '']]);
  const { transfers } = await schools.listSchoolTransfers({ marketCode, page }, coordinator);
  expect(transfers).toMatchObject([
    {
      transferId: transferred,
      status: 'CARRIED_OUT',
      toName: 'Vertou',
      document: { kind: 'DECISION' },
    },
  ]);
});

test('the journal names the document that a transfer rests on, to both members', async () => {
  for (const [membershipId, siren] of [
    [giver, ancenis.siren],
    [receiver, vertou.siren],
  ] as const) {
    const as = await service.as('member-reader', { organisationId: `org-${siren}` });
    const asked = { membershipId, action: 'schools.transferred', page };
    const { entries } = await audit.listAuditEntries(asked, as);
    expect(entries).toMatchObject([
      { restsOn: documentId, businessDate: '2022-07-19', subject: `membership:${membershipId}` },
    ]);
  }
});

test.each(names)('%s answers nobody without a token', async (name) => {
  expect(await call(name)).toBe(16);
});

test.each(names.filter((name) => name !== 'listSchoolTransfers'))(
  'SUP-3: %s is refused to another member',
  async (name) => {
    expect(await call(name, await service.as('member-orderer', stranger))).toMatch(refused);
  },
);

test('SUP-3: listSchoolTransfers shows a third member nothing', async () => {
  const as = await service.as('member-orderer', stranger);
  expect((await schools.listSchoolTransfers({ marketCode }, as)).transfers).toEqual([]);
});

test.each(names.filter((name) => table[name as Name].coordination))(
  'SCH-1, SCH-2: %s is refused to the members themselves, and to roles that read every member',
  async (name) => {
    expect(await call(name, await service.as('member-orderer', own))).toMatch(refused);
    const roles: Role[] = ['support-1', 'support-2', 'support-3', 'supplier', 'dpo'];
    expect(await call(name, await service.as('supplier', { roles }))).toMatch(refused);
  },
);

test('SCH-2: acceptSchoolTransfer is refused to whoever is no orderer of the receiver', async () => {
  const readers: Role[] = ['member-reader', 'member-finance'];
  const giving = { organisationId: `org-${ancenis.siren}`, roles: memberRoles };
  for (const as of [
    await service.as('member-reader', { ...own, roles: readers }),
    await service.as('member-orderer', giving),
    await service.as('coordinator'),
    await service.as('admin'),
  ]) {
    expect(await call('acceptSchoolTransfer', as)).toMatch(refused);
  }
});

test.each(names)(
  'SUP-1: %s is refused to the member, the coordinator and the admin of another market',
  async (name) => {
    for (const role of ['member-orderer', 'coordinator', 'admin'] as const) {
      const { organisationId } = own;
      const as = await service.as(role, { organisationId, markets: ['autre'] });
      expect(await call(name, as)).toMatch(refused);
    }
  },
);

test.each(names)('%s is not refused to whom it is for', async (name) => {
  const { rightful } = table[name as Name];
  const claims = rightful.startsWith('member') ? { organisationId: own.organisationId } : {};
  const answer = await call(name, await service.as(rightful, claims));
  expect([undefined, 'TRANSFER_DECIDED', 'SCHOOLS_NOT_FINANCED']).toContain(answer);
});
