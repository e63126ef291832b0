import { z } from 'zod';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DocumentReference as DocumentMessage, MembershipSchema } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { isLocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import { toOrganisationMessage } from '../../organisations/organisations.module.js';
import type { MembershipView } from './membership-views.pg.js';

export class DocumentInvalid extends defineProblem('DOCUMENT_INVALID', 'invalid') {}

const documents = z
  .array(
    z.object({
      kind: z.enum(['CONVENTION', 'DELIBERATION', 'ANNEXE2', 'LETTER']),
      title: z.string().max(200),
      sha256: z.string().regex(/^([0-9a-f]{64})?$/),
      datedOn: z.string().refine((text) => text === '' || isLocalDate(text)),
    }),
  )
  .max(20);

/** Throws DocumentInvalid with the fields. */
export function fromDocuments(messages: readonly DocumentMessage[]): DocumentReference[] {
  const parsed = documents.safeParse(messages);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw new DocumentInvalid(`Vérifiez la liste des documents : ${fields.join(', ')}.`, { fields });
}

/** Throws DocumentInvalid. */
export function fromDocumentIds(ids: readonly string[]): readonly string[] {
  if (ids.length <= 20 && ids.every((id) => id !== '' && id.length <= 100)) return ids;
  throw new DocumentInvalid(
    'Une lettre contient au plus 20 documents, chacun avec son identifiant.',
  );
}

export function toMembershipMessage(
  view: MembershipView,
): MessageInitShape<typeof MembershipSchema> {
  const { organisation, startsOn, endsOn, commitment, ordered, version, annexe2, ...shown } = view;
  const kind = { kind: 'ANNEXE2', title: 'Annexe 2, tableau d’engagement' };
  return {
    ...shown,
    organisation: toOrganisationMessage(organisation),
    period: { startsOn, endsOn },
    commitment: [...commitment],
    ordered: [...ordered],
    membershipVersion: version,
    ...(annexe2 ? { annexe2: { ...kind, ...annexe2 } } : {}),
  };
}
