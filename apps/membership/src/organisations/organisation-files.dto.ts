import type { MessageInitShape } from '@bufbuild/protobuf';
import { z } from 'zod';
import type { ChorusProEntrySchema, OrganisationFileSchema } from '#libs/contracts';
import { parseSiret } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import type { ChorusProEntry, Signatory } from './domain/organisation.js';
import type { OrganisationFile } from './organisation-files.pg.js';
import { toOrganisationMessage } from './organisations.dto.js';

export class OrganisationFileInvalid extends defineProblem(
  'ORGANISATION_FILE_INVALID',
  'invalid',
) {}

const line = z.string().trim().max(200);
const named = line.min(1);
const day = z.custom<LocalDate>((value) => typeof value === 'string' && isLocalDate(value));
const file = {
  marketCode: z.string().min(1).max(100),
  organisationId: z.string().regex(/^org-\d{9}$/),
  version: z.number().int().min(0),
};
const key = { idempotencyKey: z.string().trim().min(1).max(200) };

const signatory = z.object({
  ...file,
  ...key,
  signatory: z.object({
    name: named,
    function: named,
    kind: z.enum(['HEAD', 'DELEGATE']),
    delegationDocumentId: z.string().max(100),
    period: z.object({ startsOn: day, endsOn: z.union([z.literal(''), day]) }),
  }),
});
const end = z.object({ ...file, signatoryId: named, endsOn: day });
const contacts = z.object({
  ...file,
  billingContacts: z
    .array(
      z
        .object({
          name: named,
          mail: z.union([z.literal(''), z.email()]),
          phone: z.string().regex(/^(\+?[\d .]{6,20})?$/),
        })
        .refine(({ mail, phone }) => mail !== '' || phone !== ''),
    )
    .max(20),
});
const chorusPro = z.object({
  ...file,
  ...key,
  validFrom: day,
  chorusPro: z.object({
    recipientSiret: z.string(),
    serviceCode: z.string().trim().max(100),
    purchaseOrderNumber: z.string().trim().max(50),
    marketNumber: z.string().trim().max(50),
  }),
});

export function fromSignatory(request: unknown) {
  const { signatory: given, ...change } = parsed(signatory, request);
  const { period, delegationDocumentId, ...rest } = given;
  const recorded: Omit<Signatory, 'signatoryId'> = {
    ...rest,
    delegationDocumentId: delegationDocumentId || undefined,
    startsOn: period.startsOn,
    endsOn: period.endsOn || undefined,
  };
  return { ...change, signatory: recorded };
}

export const fromEnd = (request: unknown) => parsed(end, request);

export function fromContacts(request: unknown) {
  const { billingContacts, ...change } = parsed(contacts, request);
  return { ...change, contacts: billingContacts };
}

/** Throws SiretInvalid too: the recipient's need not begin with the member's SIREN, the State's is shared (ADH-1). */
export function fromChorusPro(request: unknown) {
  const change = parsed(chorusPro, request);
  const { recipientSiret } = change.chorusPro;
  return {
    ...change,
    chorusPro: {
      ...change.chorusPro,
      recipientSiret: recipientSiret === '' ? '' : parseSiret(recipientSiret),
    },
  };
}

/** Throws OrganisationFileInvalid with the fields. */
function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.map(({ path }) => path.join('.')))];
  throw new OrganisationFileInvalid(
    `Vérifiez la fiche : ${fields.join(', ')}. Un contact a une adresse ou un téléphone.`,
    { fields },
  );
}

export function toFileMessage(
  view: OrganisationFile,
): MessageInitShape<typeof OrganisationFileSchema> {
  return {
    organisation: toOrganisationMessage(view.organisation),
    version: view.version,
    signatories: view.signatories.map(({ startsOn, endsOn, delegationDocumentId, ...rest }) => ({
      ...rest,
      delegationDocumentId: delegationDocumentId ?? '',
      period: { startsOn, endsOn: endsOn ?? '' },
    })),
    billingContacts: [...view.billingContacts],
    chorusPro: view.chorusPro,
  };
}

export function toEntryMessage({
  entryId: _entryId,
  ...entry
}: ChorusProEntry): MessageInitShape<typeof ChorusProEntrySchema> {
  return entry;
}
