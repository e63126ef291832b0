import type {
  AdhesionService,
  DocumentService,
  InvitationService,
  MembershipService,
  OrganisationService,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { Answers } from './fake-of.js';

const marketCode = 'e-primo-2022';
const organisationId = 'org-200083228';
export const documentOfAncenis = {
  documentId: 'doc-ancenis',
  kind: 'CONVENTION',
  title: 'Convention signée',
  fileName: 'convention signée.pdf',
  mediaType: 'application/pdf',
  size: 9,
  marketCode,
  organisationId,
};
const application = { membershipId: 'm-ancenis', marketCode, status: 'APPLIED', missing: ['…'] };

/** As trusting as they could be: they judge nobody, but a version that is not 1. */
export const fakeDeposits: Answers<typeof DocumentService> = {
  uploadDocument: ({ kind, title, content, idempotencyKey, owner }) => ({
    document: {
      ...{ kind, title, documentId: `doc-${idempotencyKey}`, marketCode },
      size: content?.length ?? 0,
      membershipId: owner?.membershipId,
    },
  }),
  getDocument: () => ({ document: documentOfAncenis }),
  listDocuments: () => ({ documents: [documentOfAncenis] }),
};

export const fakeAdhesions: Answers<typeof AdhesionService> = {
  listApplications: () => ({ applications: [application] }),
  getApplication: () => ({ application }),
  admitLateApplication: () => ({ reason: '(convention, art. 2)' }),
  refuseApplication: ({ note }) => ({ reasons: ['(convention, art. 2)', note ?? ''] }),
  recordSignedConvention: () => ({ signedOn: '2022-01-10' }),
  listUnsignedMembers: () => ({
    members: [{ membershipId: 'm-vertou', name: 'Vertou' }],
    total: 1,
  }),
};

export const fakeApplying: Answers<typeof MembershipService> = {
  applyForMembership: ({ organisation }) => ({
    membershipId: 'm-new',
    organisationId: `org-${organisation?.siren}`,
    status: 'APPLIED',
  }),
  acceptApplication: () => ({ status: 'ACCEPTED' }),
};

export const fakeInvitations: Answers<typeof InvitationService> = {
  getCampaign: () => ({
    ...{ marketCode, adhesionDeadline: '2022-01-15', silentAfterDays: 21, total: 1 },
    counts: [{ state: 'SILENT', count: 1 }],
  }),
  listInvitations: ({ state }) => ({
    invitations: [{ invitationId: 'inv-1', state: state || 'SILENT', invitee: { name: 'Vertou' } }],
  }),
  inviteOrganisations: ({ invitees }) => ({ invited: invitees.length }),
  importInvitations: ({ content }) => ({
    faults: [{ line: 2, code: 'SIREN_INVALID', message: Buffer.from(content!).toString() }],
  }),
  recordReminder: ({ invitationIds }) => ({ reminded: invitationIds.length }),
  recordDecline: ({ declinedOn }) => ({ declinedOn }),
};

function requireFirst(version: number | undefined) {
  if (version === 1) return;
  throw new RemoteProblem({
    ...{ code: 'ORGANISATION_FILE_STALE', kind: 'stale', details: {} },
    message: 'La fiche a changé depuis que vous l’avez ouverte.',
  });
}

const fileOf = (id: string, version: number) => ({
  file: { version, organisation: { organisationId: id } },
});

export const fakeOrganisations: Answers<typeof OrganisationService> = {
  getOrganisationFile: ({ organisationId: of }) => fileOf(of, 1),
  changeBillingContacts: ({ organisationId: of, expectedVersion }) => {
    requireFirst(expectedVersion);
    return fileOf(of, 2);
  },
  recordSignatory: ({ organisationId: of, expectedVersion }) => {
    requireFirst(expectedVersion);
    return fileOf(of, 2);
  },
  endSignatory: ({ organisationId: of }) => fileOf(of, 2),
  recordChorusPro: ({ organisationId: of, expectedVersion }) => {
    requireFirst(expectedVersion);
    return fileOf(of, 2);
  },
  chooseBillingRhythm: ({ organisationId: of, expectedVersion }) => {
    requireFirst(expectedVersion);
    return fileOf(of, 2);
  },
  listChorusPro: () => ({ entries: [{ validFrom: '2022-01-01' }] }),
};
