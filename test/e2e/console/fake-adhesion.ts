import { create } from '@bufbuild/protobuf';
import {
  AcceptApplicationResponseSchema,
  AdmitLateApplicationResponseSchema,
  ApplyForMembershipResponseSchema,
  ChangeBillingContactsResponseSchema,
  EndSignatoryResponseSchema,
  GetApplicationResponseSchema,
  GetCampaignResponseSchema,
  GetDocumentResponseSchema,
  GetOrganisationFileResponseSchema,
  ImportInvitationsResponseSchema,
  InviteOrganisationsResponseSchema,
  ListApplicationsResponseSchema,
  ListChorusProResponseSchema,
  ListDocumentsResponseSchema,
  ListInvitationsResponseSchema,
  ListUnsignedMembersResponseSchema,
  RecordChorusProResponseSchema,
  RecordDeclineResponseSchema,
  RecordReminderResponseSchema,
  RecordSignatoryResponseSchema,
  RecordSignedConventionResponseSchema,
  RefuseApplicationResponseSchema,
  UploadDocumentResponseSchema,
} from '#libs/contracts';
import { RemoteProblem } from '#libs/rpc';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';

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
export const fakeDeposits: Partial<ClientsOfVisitor['documents']> = {
  uploadDocument: async ({ kind, title, content, idempotencyKey, owner }) =>
    create(UploadDocumentResponseSchema, {
      document: {
        ...{ kind, title, documentId: `doc-${idempotencyKey}`, marketCode },
        size: content?.length ?? 0,
        membershipId: owner?.membershipId,
      },
    }),
  getDocument: async () => create(GetDocumentResponseSchema, { document: documentOfAncenis }),
  listDocuments: async () =>
    create(ListDocumentsResponseSchema, { documents: [documentOfAncenis] }),
};

export const fakeAdhesions: Partial<ClientsOfVisitor['adhesions']> = {
  listApplications: async () =>
    create(ListApplicationsResponseSchema, { applications: [application] }),
  getApplication: async () => create(GetApplicationResponseSchema, { application }),
  admitLateApplication: async () =>
    create(AdmitLateApplicationResponseSchema, { reason: '(convention, art. 2)' }),
  refuseApplication: async ({ note }) =>
    create(RefuseApplicationResponseSchema, { reasons: ['(convention, art. 2)', note ?? ''] }),
  recordSignedConvention: async () =>
    create(RecordSignedConventionResponseSchema, { signedOn: '2022-01-10' }),
  listUnsignedMembers: async () =>
    create(ListUnsignedMembersResponseSchema, {
      members: [{ membershipId: 'm-vertou', name: 'Vertou' }],
      total: 1,
    }),
};

export const fakeApplying: Partial<ClientsOfVisitor['membership']> = {
  applyForMembership: async ({ organisation }) =>
    create(ApplyForMembershipResponseSchema, {
      membershipId: 'm-new',
      organisationId: `org-${organisation?.siren}`,
      status: 'APPLIED',
    }),
  acceptApplication: async () => create(AcceptApplicationResponseSchema, { status: 'ACCEPTED' }),
};

export const fakeInvitations: Partial<ClientsOfVisitor['invitations']> = {
  getCampaign: async () =>
    create(GetCampaignResponseSchema, {
      ...{ marketCode, adhesionDeadline: '2022-01-15', silentAfterDays: 21, total: 1 },
      counts: [{ state: 'SILENT', count: 1 }],
    }),
  listInvitations: async ({ state }) =>
    create(ListInvitationsResponseSchema, {
      invitations: [
        { invitationId: 'inv-1', state: state || 'SILENT', invitee: { name: 'Vertou' } },
      ],
    }),
  inviteOrganisations: async ({ invitees = [] }) =>
    create(InviteOrganisationsResponseSchema, { invited: invitees.length }),
  importInvitations: async ({ content }) =>
    create(ImportInvitationsResponseSchema, {
      faults: [{ line: 2, code: 'SIREN_INVALID', message: Buffer.from(content!).toString() }],
    }),
  recordReminder: async ({ invitationIds = [] }) =>
    create(RecordReminderResponseSchema, { reminded: invitationIds.length }),
  recordDecline: async () => create(RecordDeclineResponseSchema),
};

function requireFirst(version: number | undefined) {
  if (version === 1) return;
  throw new RemoteProblem({
    ...{ code: 'ORGANISATION_FILE_STALE', kind: 'stale', details: {} },
    message: 'La fiche a changé depuis que vous l’avez ouverte.',
  });
}

export const fakeOrganisations: Partial<ClientsOfVisitor['organisations']> = {
  getOrganisationFile: async (about) =>
    create(GetOrganisationFileResponseSchema, {
      file: { version: 1, organisation: { organisationId: about.organisationId } },
    }),
  changeBillingContacts: async ({ version }) => {
    requireFirst(version);
    return create(ChangeBillingContactsResponseSchema, { version: 2 });
  },
  recordSignatory: async ({ version }) => {
    requireFirst(version);
    return create(RecordSignatoryResponseSchema, { version: 2 });
  },
  endSignatory: async () => create(EndSignatoryResponseSchema, { version: 2 }),
  recordChorusPro: async ({ version }) => {
    requireFirst(version);
    return create(RecordChorusProResponseSchema, { version: 2 });
  },
  listChorusPro: async () =>
    create(ListChorusProResponseSchema, { entries: [{ validFrom: '2022-01-01' }] }),
};
