import {
  type AdmitLateApplicationRequest,
  plain,
  type RefuseApplicationRequest,
} from '#libs/contracts';
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

export function toApplicationMessage(view: ApplicationView) {
  const { letter, timeliness, refusalReasons, ...application } = view;
  return {
    ...application,
    letterNumber: letter.number,
    sentOn: letter.sentOn,
    receivedOn: letter.receivedOn,
    verdict: timeliness.verdict,
    reasons: application.status === 'REFUSED' ? refusalReasons : timeliness.reasons,
  };
}
