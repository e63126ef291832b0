import type { MessageInitShape } from '@bufbuild/protobuf';
import { z } from 'zod';
import type { ApplicationSchema } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { toOrganisationMessage } from '../../organisations/organisations.module.js';
import {
  admissionReasons,
  type AdmissionReason,
  refusalReasons,
  type RefusalReason,
} from './domain/application-decision.js';
import type { MembershipStatus } from './domain/membership.js';
import type { ApplicationView } from './list-applications.js';

export class DecisionInvalid extends defineProblem('DECISION_INVALID', 'invalid') {}

const statuses = ['APPLIED', 'ACCEPTED', 'REFUSED', 'ACTIVE', 'ENDED'] as const;
const decision = {
  idempotencyKey: z.string().trim().min(1).max(200),
  membershipId: z.string().min(1).max(100),
  note: z.string().trim().max(1_000),
  documentId: z.string().max(100),
};
const admission = z.object({
  ...decision,
  reasonCode: z.enum(Object.keys(admissionReasons) as AdmissionReason[]),
});
const refusal = z.object({
  ...decision,
  reasonCode: z.enum(Object.keys(refusalReasons) as RefusalReason[]),
});
const signature = z.object({
  idempotencyKey: decision.idempotencyKey,
  membershipId: decision.membershipId,
  documentId: z.string().min(1).max(100),
});
const status = z.union([z.literal(''), z.enum(statuses)]);

export const fromAdmission = (request: unknown) => withReason(parsed(admission, request));
export const fromRefusal = (request: unknown) => withReason(parsed(refusal, request));
export const fromSignature = (request: unknown) => parsed(signature, request);

/** Undefined: every state. */
export function fromStatus(text: string): MembershipStatus | undefined {
  return parsed(status, text) || undefined;
}

/** Throws DecisionInvalid with the fields. */
function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join('.') || 'status');
  throw new DecisionInvalid(`Vérifiez la demande : ${fields.join(', ')}.`, { fields });
}

const withReason = <T extends { reasonCode: unknown }>({ reasonCode, ...rest }: T) => ({
  ...rest,
  reason: reasonCode as T['reasonCode'],
});

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
