import type { Document } from '#libs/contracts';

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
