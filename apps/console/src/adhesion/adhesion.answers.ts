import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { AdhesionsController } from './adhesions.controller.js';
import type { DocumentsController } from './documents.controller.js';
import type { InvitationsController } from './invitations.controller.js';
import type { OrganisationsController } from './organisations.controller.js';

export const document = z.object({
  documentId: text,
  kind: text,
  title: text,
  datedOn: day,
  fileName: text,
  mediaType: text,
  size: count.meta({ description: 'Bytes' }),
  sha256: text,
  marketCode: text,
  organisationId: text,
  membershipId: text,
  uploadedOn: day,
}) satisfies AnswerOf<DocumentsController['show']>;
export const documents = z.object({
  documents: z.array(document),
  nextCursor,
}) satisfies AnswerOf<DocumentsController['list']>;

const organisation = z.object({
  organisationId: text,
  name: text,
  siren: text,
  kind: text,
  insee: text,
  communes: z.array(text),
});
export const application = z.object({
  membershipId: text,
  organisation,
  marketCode: text,
  status: text,
  letterNumber: text,
  sentOn: day,
  receivedOn: day,
  appliedOn: day,
  acceptedOn: day,
  signedOn: day,
  documents: z.array(z.object({ kind: text, title: text, datedOn: day, sha256: text })),
  verdict: text.meta({ description: 'IN_TIME, COORDINATOR_DECIDES or LATE (ADH-3)' }),
  reasons: z.array(text),
  missing: z.array(text),
  awaitsDecision: z.boolean(),
  decisions: z.array(
    z.object({ decision: text, reasonCode: text, note: text, documentId: text, decidedOn: day }),
  ),
}) satisfies AnswerOf<AdhesionsController['show']>;
export const applications = z.object({
  applications: z.array(application),
  nextCursor,
}) satisfies AnswerOf<AdhesionsController['list']>;
export const applied = z.object({
  membershipId: text,
  organisationId: text,
  status: text,
  reasons: z.array(text),
}) satisfies AnswerOf<AdhesionsController['apply']>;
export const accepted = z.object({ status: text, reasons: z.array(text) }) satisfies AnswerOf<
  AdhesionsController['accept']
>;
export const admitted = z.object({ reason: text }) satisfies AnswerOf<AdhesionsController['admit']>;
export const refused = z.object({ reasons: z.array(text) }) satisfies AnswerOf<
  AdhesionsController['refuse']
>;
export const signed = z.object({ signedOn: day }) satisfies AnswerOf<AdhesionsController['sign']>;
export const unsignedMembers = z.object({
  members: z.array(z.object({ membershipId: text, name: text })),
  total: count,
}) satisfies AnswerOf<AdhesionsController['unsigned']>;

export const campaign = z.object({
  marketCode: text,
  adhesionDeadline: day,
  silentAfterDays: count,
  counts: z.array(z.object({ state: text, count })),
  remindersDue: count,
  total: count,
}) satisfies AnswerOf<InvitationsController['campaign']>;
export const invitations = z.object({
  invitations: z.array(
    z.object({
      invitationId: text,
      siren: text,
      name: text,
      kind: text,
      insee: text,
      letterNumber: text,
      invitedOn: day,
      state: text,
      reminders: z.array(z.object({ remindedOn: day, channel: text, letterNumber: text })),
      missing: z.array(text),
      reminderDue: z.boolean(),
      membershipId: text,
      declinedOn: day,
    }),
  ),
  nextCursor,
}) satisfies AnswerOf<InvitationsController['list']>;
export const invited = z.object({ invited: count, known: count }) satisfies AnswerOf<
  InvitationsController['invite']
>;
export const imported = invited.extend({
  faults: z.array(z.object({ line: count, code: text, message: text })),
}) satisfies AnswerOf<InvitationsController['importList']>;
export const reminded = z.object({ reminded: count }) satisfies AnswerOf<
  InvitationsController['remind']
>;
export const declined = z.object({ declinedOn: day }) satisfies AnswerOf<
  InvitationsController['decline']
>;

const chorusPro = z.object({
  recipientSiret: text,
  serviceCode: text,
  purchaseOrderNumber: text,
  marketNumber: text,
});
export const organisationFile = z.object({
  version: count,
  organisation,
  signatories: z.array(
    z.object({
      signatoryId: text,
      name: text,
      function: text,
      kind: text,
      delegationDocumentId: text,
      startsOn: day,
      endsOn: day,
    }),
  ),
  billingContacts: z.array(z.object({ name: text, mail: text, phone: text })),
  chorusPro,
}) satisfies AnswerOf<OrganisationsController['show']>;
export const chorusProEntries = z.object({
  entries: z.array(z.object({ validFrom: day, chorusPro, recordedOn: day })),
  nextCursor,
}) satisfies AnswerOf<OrganisationsController['chorusPro']>;
