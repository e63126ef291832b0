import { randomUUID } from 'node:crypto';
import {
  AdhesionService,
  DocumentService,
  InvitationService,
  OrganisationService,
} from '#libs/contracts';
import { ancenis } from './active-member.js';
import { marketCode } from './membership-app.js';
import {
  ancenisId,
  anotherMember,
  memberOf,
  type RightsTable,
  testRights,
} from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { as, clientOf, ofMember } = member;

let documentId: string;

const key = () => ({ idempotencyKey: randomUUID() });
const about = { marketCode, organisationId: ancenisId };
const content = Buffer.from('%PDF-1.7');
const coordinator = {
  rightful: 'coordinator',
  notFor: [
    {
      title: '%s is the coordinator’s: no member, and no supplier',
      tokens: [memberOf(ancenisId, 'supplier')],
      code: 'NOT_ALLOWED',
    },
  ],
} as const;

const services = [
  AdhesionService,
  DocumentService,
  InvitationService,
  OrganisationService,
] as const;
const table: RightsTable<typeof services> = {
  listApplications: { ...coordinator, request: () => ({ marketCode }) },
  getApplication: { ...coordinator, request: ofMember },
  admitLateApplication: {
    ...coordinator,
    passed: 'NOTHING_TO_DECIDE',
    request: () => ({ ...key(), ...ofMember(), reasonCode: 'POSTAL_DELAY', documentId }),
  },
  refuseApplication: {
    ...coordinator,
    passed: 'APPLICATION_DECIDED',
    request: () => ({ ...key(), ...ofMember(), reasonCode: 'GIVEN_UP' }),
  },
  recordSignedConvention: {
    ...coordinator,
    passed: 'APPLICATION_DECIDED',
    request: () => ({ ...key(), ...ofMember(), documentId }),
  },
  listUnsignedMembers: { ...coordinator, request: () => ({ marketCode }) },
  uploadDocument: {
    rightful: 'member-orderer',
    request: () => ({
      ...{ ...key(), owner: ofMember(), kind: 'LETTER', title: 'Lettre', content },
      ...{ fileName: 'lettre.pdf', datedOn: '2022-01-10' },
    }),
  },
  getDocument: { rightful: 'member-reader', request: () => ({ documentId }) },
  listDocuments: { rightful: 'member-reader', request: () => ({ owner: ofMember() }) },
  downloadDocument: { rightful: 'member-finance', request: () => ({ documentId }) },
  checkDocuments: { rightful: 'player', request: () => ({ marketCode }) },
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
      ...{ ...key(), ...about, expectedVersion: 99 },
      signatory: {
        name: 'Camille Inventée',
        function: 'Maire',
        kind: 'HEAD',
        startsOn: '2020-07-05',
      },
    }),
  },
  endSignatory: {
    ...coordinator,
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({ ...about, expectedVersion: 99, signatoryId: 's', endsOn: '2026-03-22' }),
  },
  changeBillingContacts: {
    rightful: 'member-finance',
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({ ...about, expectedVersion: 99 }),
  },
  recordChorusPro: {
    rightful: 'member-finance',
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({
      ...key(),
      ...about,
      expectedVersion: 99,
      validFrom: '2022-01-01',
      chorusPro: {},
    }),
  },
  chooseBillingRhythm: {
    rightful: 'member-finance',
    passed: 'ORGANISATION_FILE_STALE',
    request: () => ({ ...key(), ...about, expectedVersion: 99, rhythm: 'YEAR' }),
  },
  listChorusPro: { rightful: 'member-reader', request: () => about },
};

beforeAll(async () => {
  const upload = { ...table.uploadDocument.request(), kind: 'CONVENTION' };
  const { document } = await clientOf(DocumentService).uploadDocument(
    upload,
    await as('coordinator'),
  );
  documentId = document?.documentId ?? '';
}, 60_000);

testRights(member, services, table, {
  // Whatever else its people may be.
  strangers: [anotherMember('support-1', 'support-2', 'support-3', 'school', 'dpo')],
});

test('ADH-2: several megabytes travel over the wire, and come back as they were', async () => {
  const documents = clientOf(DocumentService);
  const slow = { ...(await as('coordinator')), deadlineMs: 30_000 };
  const large = Buffer.alloc(20 * 1024 * 1024, 7);
  large.write('%PDF-1.7');
  const upload = { ...table.uploadDocument.request(), content: large };
  const { document } = await documents.uploadDocument(upload, slow);
  const { content: back } = await documents.downloadDocument(
    { documentId: document?.documentId ?? '' },
    slow,
  );
  expect(Buffer.compare(back, large)).toBe(0);
  const above = { ...upload, ...key(), content: Buffer.concat([large, Buffer.from('x')]) };
  await expect(documents.uploadDocument(above, slow)).rejects.toMatchObject({
    code: 'DOCUMENT_TOO_LARGE',
  });
});
