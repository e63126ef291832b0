import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type AdmitLateApplicationRequest,
  type ApplicationSchema,
  plain,
  type RefuseApplicationRequest,
} from '#libs/contracts';
import { toOrganisationMessage } from '../../organisations/organisations.module.js';
import type { AdmissionReason, RefusalReason } from './domain/application-decision.js';
import type { ApplicationView } from './list-applications.js';

// The contract's bounds hold by now: reasons are those that exist.
export function fromAdmission(request: AdmitLateApplicationRequest) {
  const { reasonCode, ...rest } = plain(request);
  return { ...rest, reason: reasonCode as AdmissionReason };
}
export function fromRefusal(request: RefuseApplicationRequest) {
  const { reasonCode, ...rest } = plain(request);
  return { ...rest, reason: reasonCode as RefusalReason };
}

export function toApplicationMessage(
  view: ApplicationView,
): MessageInitShape<typeof ApplicationSchema> {
  return {
    membershipId: view.membershipId,
    organisation: toOrganisationMessage(view.organisation),
    marketCode: view.marketCode,
    status: view.status,
    letterNumber: view.letter.number,
    sentOn: view.letter.sentOn,
    receivedOn: view.letter.receivedOn,
    appliedOn: view.appliedOn,
    acceptedOn: view.acceptedOn ?? '',
    documents: view.documents.map(({ kind, title, sha256, datedOn }) => ({
      kind,
      title,
      sha256,
      datedOn,
    })),
    verdict: view.timeliness.verdict,
    reasons: [...(view.status === 'REFUSED' ? view.refusalReasons : view.timeliness.reasons)],
    missing: [...view.missing],
    awaitsDecision: view.awaitsDecision,
    decisions: view.decisions.map((one) => ({ ...one, documentId: one.documentId ?? '' })),
    signedOn: view.signedOn ?? '',
  };
}
