import { z } from 'zod';
import { isLocalDate } from '#libs/time';

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });
const market = z.string().min(1).max(100);
const id = z.string().max(100);
const note = z.string().trim().max(1_000).default('');
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
};
const text = z.string().trim().max(200);
const named = text.min(1);
const kind = z.enum(['COMMUNE', 'EPCI', 'SYNDICAT', 'STATE', 'PUBLIC_ESTABLISHMENT']);

/** A document, or a list of invitations. */
export const documentBytesMax = 20 * 1024 * 1024;

export const marketQuery = z.object({ market });
export type MarketQuery = z.infer<typeof marketQuery>;
export const marketPage = z.object({ market, ...page });
export type MarketPage = z.infer<typeof marketPage>;

const owner = { membership: id.default(''), market: id.default(''), organisation: id.default('') };
export const documentsQuery = z.object({ ...owner, kind: id.default(''), ...page });
export type DocumentsQuery = z.infer<typeof documentsQuery>;
export const uploadQuery = z
  .object({
    ...owner,
    kind: z.string().min(1).max(60),
    title: named,
    fileName: z.string().max(300),
    datedOn: day,
  })
  .meta({ description: 'Le fichier est le corps de la demande' });
export type UploadQuery = z.infer<typeof uploadQuery>;

export const applicationsQuery = z.object({
  market,
  status: z.enum(['', 'APPLIED', 'ACCEPTED', 'REFUSED', 'ACTIVE', 'ENDED']).default(''),
  awaiting: flag,
  ...page,
});
export type ApplicationsQuery = z.infer<typeof applicationsQuery>;

const chorusPro = z.object({
  recipientSiret: z.string().max(20).default(''),
  serviceCode: z.string().trim().max(100).default(''),
  purchaseOrderNumber: z.string().trim().max(50).default(''),
  marketNumber: z.string().trim().max(50).default(''),
});
const documentKind = z.enum(['CONVENTION', 'DELIBERATION', 'ANNEXE2', 'LETTER']);
export const applicationBody = z.object({
  market,
  organisation: z.object({
    name: named,
    siren: z.string().max(20),
    kind,
    insee: z.string().max(5).default(''),
    communes: z.array(z.string().max(5)).max(500).default([]),
    address: z.string().trim().max(500).default(''),
    chorusPro: chorusPro.optional(),
  }),
  letterNumber: z.string().trim().min(1).max(100),
  sentOn: day,
  receivedOn: day,
  documents: z
    .array(
      z.object({
        kind: documentKind,
        title: named,
        datedOn: z.union([z.literal(''), day]).default(''),
        sha256: z
          .string()
          .regex(/^([0-9a-f]{64})?$/)
          .default(''),
      }),
    )
    .max(20)
    .default([]),
  documentIds: z.array(id).max(20).default([]),
});
export type ApplicationBody = z.infer<typeof applicationBody>;

export const admissionBody = z.object({
  reasonCode: z.enum(['SENT_IN_TIME', 'POSTAL_DELAY']),
  note,
  documentId: id.min(1),
});
export type AdmissionBody = z.infer<typeof admissionBody>;
export const refusalBody = z.object({
  reasonCode: z.enum(['RECEIVED_LATE', 'INCOMPLETE', 'NOT_AUTHORISED', 'NOT_ELIGIBLE', 'GIVEN_UP']),
  note,
  documentId: id.default(''),
});
export type RefusalBody = z.infer<typeof refusalBody>;
export const conventionBody = z.object({ documentId: id.min(1) });
export type ConventionBody = z.infer<typeof conventionBody>;

export const invitationsQuery = z.object({
  market,
  state: z.string().max(30).default(''),
  due: flag,
  ...page,
});
export type InvitationsQuery = z.infer<typeof invitationsQuery>;
const invitee = z.object({
  siren: z.string().max(20),
  name: named,
  kind,
  insee: z.string().max(5).default(''),
  letterNumber: z.string().trim().max(100).default(''),
});
export const inviteBody = z.object({
  market,
  invitedOn: day,
  invitees: z.array(invitee).min(1).max(200),
});
export type InviteBody = z.infer<typeof inviteBody>;
export const importQuery = z
  .object({ market, invitedOn: day, fileName: z.string().max(300), dryRun: flag })
  .meta({ description: 'La liste (CSV, XLSX ou ODS) est le corps de la demande' });
export type ImportQuery = z.infer<typeof importQuery>;
export const reminderBody = z.object({
  market,
  invitationIds: z.array(id.min(1)).min(1).max(200),
  remindedOn: day,
  channel: z.enum(['LETTER', 'MAIL', 'PHONE', 'MEETING']),
  letterNumber: z.string().trim().max(100).default(''),
});
export type ReminderBody = z.infer<typeof reminderBody>;
export const declineBody = z.object({ declinedOn: day, note });
export type DeclineBody = z.infer<typeof declineBody>;

export const contactsBody = z.object({
  billingContacts: z
    .array(
      z.object({
        name: named,
        mail: z.union([z.literal(''), z.email()]).default(''),
        phone: z
          .string()
          .regex(/^(\+?[\d .]{6,20})?$/)
          .default(''),
      }),
    )
    .max(20),
});
export type ContactsBody = z.infer<typeof contactsBody>;
export const signatoryBody = z.object({
  name: named,
  function: named,
  kind: z.enum(['HEAD', 'DELEGATE']),
  delegationDocumentId: id.default(''),
  startsOn: day,
  endsOn: z.union([z.literal(''), day]).default(''),
});
export type SignatoryBody = z.infer<typeof signatoryBody>;
export const signatoryEndBody = z.object({ endsOn: day });
export type SignatoryEndBody = z.infer<typeof signatoryEndBody>;
export const chorusProBody = chorusPro.extend({ validFrom: day });
export type ChorusProBody = z.infer<typeof chorusProBody>;
