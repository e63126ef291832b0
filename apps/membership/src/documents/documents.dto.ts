import { z } from 'zod';
import type { DocumentOwner as OwnerMessage, UploadDocumentRequest } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import { documentKinds, type DocumentOwner } from './domain/document.js';

export class DocumentFormInvalid extends defineProblem('DOCUMENT_FORM_INVALID', 'invalid') {}

const id = z.string().trim().min(1).max(100);
const form = z.object({
  idempotencyKey: z.string().trim().min(1).max(200),
  kind: z.enum(documentKinds),
  title: z.string().trim().min(1).max(200),
  fileName: z.string().max(300),
  datedOn: z.custom<LocalDate>((value) => typeof value === 'string' && isLocalDate(value)),
});

/** Throws DocumentFormInvalid with the fields. */
export function fromUpload(request: UploadDocumentRequest) {
  return { ...parsed(form, request), owner: fromOwner(request.owner), content: request.content };
}

const owner = z.union([
  z.object({ membershipId: id, marketCode: z.literal(''), organisationId: z.literal('') }),
  z.object({
    membershipId: z.literal(''),
    marketCode: id,
    organisationId: z.string().regex(/^org-\d{9}$/),
  }),
  z.object({ membershipId: z.literal(''), marketCode: id, organisationId: z.literal('') }),
]);

/** A membership, an organisation in a market, or a market: one of them. Throws DocumentFormInvalid. */
export function fromOwner(message: OwnerMessage | undefined): DocumentOwner {
  const { membershipId, organisationId, marketCode } = parsed(owner, message);
  if (membershipId !== '') return { membershipId };
  return organisationId === '' ? { marketCode } : { marketCode, organisationId };
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.map(({ path }) => path.join('.') || 'owner'))];
  throw new DocumentFormInvalid(
    `Vérifiez la fiche du document : ${fields.join(', ')}. Il appartient à une adhésion, à une organisation dans un marché, ou à un marché.`,
    { fields },
  );
}
