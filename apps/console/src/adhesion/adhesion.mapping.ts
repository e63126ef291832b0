import type {
  Application,
  CampaignInvitation,
  ChorusPro,
  ChorusProEntry,
  Document,
  GetCampaignResponse,
  Organisation,
  OrganisationFile,
} from '#libs/contracts';

export const toDocument = (document: Document | undefined) => ({
  documentId: document?.documentId ?? '',
  kind: document?.kind ?? '',
  title: document?.title ?? '',
  datedOn: document?.datedOn ?? '',
  fileName: document?.fileName ?? '',
  mediaType: document?.mediaType ?? '',
  size: document?.size ?? 0,
  sha256: document?.sha256 ?? '',
  marketCode: document?.marketCode ?? '',
  organisationId: document?.organisationId ?? '',
  membershipId: document?.membershipId ?? '',
  uploadedOn: document?.uploadedOn ?? '',
});

const toOrganisation = (organisation: Organisation | undefined) => ({
  organisationId: organisation?.organisationId ?? '',
  name: organisation?.name ?? '',
  siren: organisation?.siren ?? '',
  kind: organisation?.kind ?? '',
  insee: organisation?.insee ?? '',
  communes: organisation?.communes ?? [],
});

export const toApplication = (application: Application | undefined) => ({
  membershipId: application?.membershipId ?? '',
  organisation: toOrganisation(application?.organisation),
  marketCode: application?.marketCode ?? '',
  status: application?.status ?? '',
  letterNumber: application?.letterNumber ?? '',
  sentOn: application?.sentOn ?? '',
  receivedOn: application?.receivedOn ?? '',
  appliedOn: application?.appliedOn ?? '',
  acceptedOn: application?.acceptedOn ?? '',
  signedOn: application?.signedOn ?? '',
  documents: (application?.documents ?? []).map(({ kind, title, datedOn, sha256 }) => ({
    ...{ kind, title, datedOn, sha256 },
  })),
  verdict: application?.verdict ?? '',
  reasons: application?.reasons ?? [],
  missing: application?.missing ?? [],
  awaitsDecision: application?.awaitsDecision ?? false,
  decisions: (application?.decisions ?? []).map(
    ({ decision, reasonCode, note, documentId, decidedOn }) => ({
      ...{ decision, reasonCode, note, documentId, decidedOn },
    }),
  ),
});

export const toInvitation = (invitation: CampaignInvitation) => ({
  invitationId: invitation.invitationId,
  siren: invitation.invitee?.siren ?? '',
  name: invitation.invitee?.name ?? '',
  kind: invitation.invitee?.kind ?? '',
  insee: invitation.invitee?.insee ?? '',
  letterNumber: invitation.invitee?.letterNumber ?? '',
  invitedOn: invitation.invitedOn,
  state: invitation.state,
  reminders: invitation.reminders.map(({ remindedOn, channel, letterNumber }) => ({
    ...{ remindedOn, channel, letterNumber },
  })),
  missing: invitation.missing,
  reminderDue: invitation.reminderDue,
  membershipId: invitation.membershipId,
  declinedOn: invitation.declinedOn,
});

export const toCampaign = (campaign: GetCampaignResponse) => ({
  marketCode: campaign.marketCode,
  adhesionDeadline: campaign.adhesionDeadline,
  silentAfterDays: campaign.silentAfterDays,
  counts: campaign.counts.map(({ state, count }) => ({ state, count })),
  remindersDue: campaign.remindersDue,
  total: campaign.total,
});

export const toChorusPro = (chorusPro: ChorusPro | undefined) => ({
  recipientSiret: chorusPro?.recipientSiret ?? '',
  serviceCode: chorusPro?.serviceCode ?? '',
  purchaseOrderNumber: chorusPro?.purchaseOrderNumber ?? '',
  marketNumber: chorusPro?.marketNumber ?? '',
});

export const toChorusProEntry = ({ validFrom, chorusPro, recordedOn }: ChorusProEntry) => ({
  validFrom,
  chorusPro: toChorusPro(chorusPro),
  recordedOn,
});

export const toFile = (file: OrganisationFile | undefined) => ({
  version: file?.version ?? 0,
  organisation: toOrganisation(file?.organisation),
  signatories: (file?.signatories ?? []).map((signatory) => ({
    signatoryId: signatory.signatoryId,
    name: signatory.name,
    function: signatory.function,
    kind: signatory.kind,
    delegationDocumentId: signatory.delegationDocumentId,
    startsOn: signatory.period?.startsOn ?? '',
    endsOn: signatory.period?.endsOn ?? '',
  })),
  billingContacts: (file?.billingContacts ?? []).map(({ name, mail, phone }) => ({
    ...{ name, mail, phone },
  })),
  chorusPro: toChorusPro(file?.chorusPro),
});
