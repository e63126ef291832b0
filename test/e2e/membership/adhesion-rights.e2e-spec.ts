import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import {
  AdhesionService,
  DocumentService,
  InvitationService,
  OrganisationService,
} from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient } from '#libs/rpc';
import { activateAncenis, ancenis } from './active-member.js';
import { marketCode, startMembership } from './membership-app.js';

const services = [AdhesionService, DocumentService, InvitationService, OrganisationService];
type Methods = (typeof AdhesionService)['method'] &
  (typeof DocumentService)['method'] &
  (typeof InvitationService)['method'] &
  (typeof OrganisationService)['method'];
type Name = keyof Methods;
type Entry<N extends Name> = {
  /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
  readonly request: () => MessageInitShape<Methods[N]['input']>;
  readonly rightful: Role;
  /** A refusal of the domain that tells that the caller passed. */
  readonly passed?: string;
};

jest.setTimeout(60_000);

let service: Awaited<ReturnType<typeof startMembership>>;
let clients: { close: () => void }[];
let membershipId: string;
let documentId: string;

const organisationId = `org-${ancenis.siren}`;
const key = () => ({ idempotencyKey: randomUUID() });
const about = { marketCode, organisationId };
const period = { startsOn: '2020-07-05' };
const content = Buffer.from('%PDF-1.7');
const coordinator = { rightful: 'coordinator' } as const;

// Every RPC of these services has its row here: the compiler asks for it, and so does the first test.
const table: { readonly [N in Name]: Entry<N> } = {
  listApplications: { ...coordinator, request: () => ({ marketCode }) },
  getApplication: { ...coordinator, request: () => ({ membershipId }) },
  admitLateApplication: {
    ...coordinator,
    passed: 'NOTHING_TO_DECIDE',
    request: () => ({ ...key(), membershipId, reasonCode: 'POSTAL_DELAY', documentId }),
  },
  refuseApplication: {
    ...coordinator,
    passed: 'APPLICATION_DECIDED',
    request: () => ({ ...key(), membershipId, reasonCode: 'GIVEN_UP' }),
  },
  recordSignedConvention: {
    ...coordinator,
    passed: 'APPLICATION_DECIDED',
    request: () => ({ ...key(), membershipId, documentId }),
  },
  listUnsignedMembers: { ...coordinator, request: () => ({ marketCode }) },
  uploadDocument: {
    rightful: 'member-orderer',
    request: () => ({
      ...{ ...key(), owner: { membershipId }, kind: 'LETTER', title: 'Lettre', content },
      ...{ fileName: 'lettre.pdf', datedOn: '2022-01-10' },
    }),
  },
  getDocument: { rightful: 'member-reader', request: () => ({ documentId }) },
  listDocuments: { rightful: 'member-reader', request: () => ({ owner: { membershipId } }) },
  downloadDocument: { rightful: 'member-finance', request: () => ({ documentId }) },
  inviteOrganisations: {
    ...coordinator,
    request: () => ({
      ...{ ...key(), marketCode, invitedOn: '2021-11-15' },
      invitees: [{ siren: ancenis.siren, name: ancenis.name, kind: 'COMMUNE', insee: '44003' }],
    }),
  },
  importInvitations: {
    ...coordinator,
    request: () => ({ ...key(), marketCode, invitedOn: '2021-11-15', dryRun: true }),
  },
  recordReminder: {
    ...coordinator,
    passed: 'INVITATION_UNKNOWN',
    request: () => ({
      ...{ ...key(), marketCode, invitationIds: ['unknown'] },
      reminder: { remindedOn: '2021-12-06', channel: 'MAIL' },
    }),
  },
  // Of no market that can be told: an unknown one is refused to everybody alike.
  recordDecline: {
    ...coordinator,
    passed: 'NOT_FOUND',
    request: () => ({ invitationId: 'unknown', declinedOn: '2021-12-06' }),
  },
  listInvitations: { ...coordinator, request: () => ({ marketCode }) },
  getCampaign: { ...coordinator, request: () => ({ marketCode }) },
  getOrganisationFile: { rightful: 'member-reader', request: () => about },
  recordSignatory: {
    ...coordinator,
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({
      ...{ ...key(), ...about, version: 99 },
      signatory: { name: 'Camille Inventée', function: 'Maire', kind: 'HEAD', period },
    }),
  },
  endSignatory: {
    ...coordinator,
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({ ...about, version: 99, signatoryId: 's', endsOn: '2026-03-22' }),
  },
  changeBillingContacts: {
    rightful: 'member-finance',
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({ ...about, version: 99 }),
  },
  recordChorusPro: {
    rightful: 'member-finance',
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({ ...key(), ...about, version: 99, validFrom: '2022-01-01', chorusPro: {} }),
  },
  listChorusPro: { rightful: 'member-reader', request: () => about },
};
const names = services.flatMap(({ methods }) => methods.map(({ localName }) => localName));

/** The code of the refusal, or undefined for an answer. */
async function call(name: string, as?: { token: string }): Promise<string | number | undefined> {
  const ask = Object.assign({}, ...clients)[name] as (
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

beforeAll(async () => {
  service = await startMembership();
  const { address } = service;
  clients = services.map((one) => createRpcClient(one, { address }));
  membershipId = await activateAncenis(service);
  const documents = createRpcClient(DocumentService, { address });
  const upload = { ...table.uploadDocument.request(), kind: 'CONVENTION' };
  const { document } = await documents.uploadDocument(upload, await service.as('coordinator'));
  documents.close();
  documentId = document?.documentId ?? '';
}, 60_000);
afterAll(async () => {
  for (const client of clients) client.close();
  await service.stop();
}, 30_000);

test('every RPC of the services is in the table', () => {
  expect(Object.keys(table).sort()).toEqual([...names].sort());
});

test.each(names)('%s answers nobody without a token', async (name) => {
  expect(await call(name)).toBe(16);
});

test.each(names)(
  'SUP-3: %s is refused to another member, and to schools and support',
  async (name) => {
    const stranger = { organisationId: 'org-214402158' };
    const roles: Role[] = [...memberRoles, 'support-1', 'support-2', 'support-3', 'school', 'dpo'];
    expect(await call(name, await service.as('member-orderer', { ...stranger, roles }))).toMatch(
      refused,
    );
  },
);

test.each(names)(
  'SUP-1: %s is refused to the member, the coordinator and the admin of another market',
  async (name) => {
    for (const role of ['member-orderer', 'coordinator', 'admin'] as const) {
      const as = await service.as(role, { organisationId, roles: [role], markets: ['autre'] });
      expect(await call(name, as)).toMatch(refused);
    }
  },
);

test.each(names.filter((name) => table[name as Name].rightful === 'coordinator'))(
  '%s is the coordinator’s: no member, and no supplier',
  async (name) => {
    const roles: Role[] = [...memberRoles, 'supplier'];
    expect(await call(name, await service.as('supplier', { organisationId, roles }))).toBe(
      'NOT_ALLOWED',
    );
  },
);

test.each(names)('%s is not refused to whom it is for', async (name) => {
  const { rightful, passed } = table[name as Name];
  const own = rightful.startsWith('member') ? { organisationId } : {};
  expect(await call(name, await service.as(rightful, own))).toBe(passed);
});

test('ADH-2: several megabytes travel over the wire, and come back as they were', async () => {
  const documents = createRpcClient(DocumentService, { address: service.address });
  const as = await service.as('coordinator');
  const large = Buffer.alloc(20 * 1024 * 1024, 7);
  large.write('%PDF-1.7');
  const upload = { ...table.uploadDocument.request(), content: large };
  const { document } = await documents.uploadDocument(upload, { ...as, deadlineMs: 30_000 });
  const { content: back } = await documents.downloadDocument(
    { documentId: document?.documentId ?? '' },
    { ...as, deadlineMs: 30_000 },
  );
  expect(Buffer.compare(back, large)).toBe(0);
  const above = { ...upload, ...key(), content: Buffer.concat([large, Buffer.from('x')]) };
  await expect(
    documents.uploadDocument(above, { ...as, deadlineMs: 30_000 }),
  ).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
  documents.close();
});
