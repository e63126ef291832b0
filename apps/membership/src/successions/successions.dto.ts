import { z } from 'zod';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  PreviewSuccessionResponseSchema,
  SuccessionPlan,
  SuccessionSchema,
} from '#libs/contracts';
import { isLocalDate, type LocalDate } from '#libs/time';
import { parseSiren } from '#libs/identifiers';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import { SuccessionInvalid } from './domain/succession-problems.js';
import type { PlanGiven } from './prepare-plan.js';
import type { SuccessionPreview } from './preview-succession.js';
import type { SuccessionView } from './successions.reader.js';

const day = z.custom<LocalDate>((value) => typeof value === 'string' && isLocalDate(value));
const plan = z.object({
  kind: z.enum(['FULL', 'PARTIAL']),
  effectiveOn: day,
  predecessorMembershipId: z.string().min(1).max(100),
  annexe2Lines: z.array(z.number().int().min(1)).max(5_000),
  quantities: z
    .array(
      z.object({
        itemCode: z.string().min(1).max(100),
        quantity: z.number().int().min(0),
      }),
    )
    .max(100),
  schools: z.array(z.string().regex(/^[0-9]{7}[A-Z]$/)).max(2_000),
});
const document = z.object({
  kind: z.enum(['DECISION', 'DELIBERATION', 'STATUTES', 'OTHER']),
  title: z.string().trim().min(1).max(200),
  sha256: z.string().regex(/^([0-9a-f]{64})?$/),
  datedOn: day,
});

/** Throws SuccessionInvalid with the fields, and what an organisation's own form throws. */
export function fromPlan(message: SuccessionPlan | undefined): PlanGiven {
  const terms = plan.safeParse(message ?? {});
  if (!terms.success) throw invalid(terms.error, '');
  const given = message as SuccessionPlan;
  return {
    ...terms.data,
    annexe2Lines: [...new Set(terms.data.annexe2Lines)],
    successor: successorOf(given),
    document: documentOf(given),
  };
}

/** By its SIREN alone where it is known here; in full otherwise. */
function successorOf({ successor }: SuccessionPlan): PlanGiven['successor'] {
  if (successor && successor.name === '' && successor.kind === '') {
    return { organisationId: `org-${parseSiren(successor.siren)}` };
  }
  return fromOrganisationMessage(successor);
}

function documentOf(given: SuccessionPlan): PlanGiven['document'] {
  if (given.documentId !== '') return { documentId: given.documentId.slice(0, 100) };
  const parsed = document.safeParse(given.document ?? {});
  if (!parsed.success) throw invalid(parsed.error, 'document.');
  return parsed.data;
}

function invalid(error: z.ZodError, prefix: string): SuccessionInvalid {
  const fields = [...new Set(error.issues.map((issue) => prefix + issue.path.join('.')))];
  return new SuccessionInvalid(
    `Vérifiez la succession (nature, date, membres, document qui la décide) : ${fields.join(', ')}.`,
    { fields },
  );
}

export function toSuccessionMessage(
  view: SuccessionView,
): MessageInitShape<typeof SuccessionSchema> {
  const { document: paper, ...rest } = view;
  const { kind, title, sha256, datedOn } = paper;
  return {
    ...rest,
    document: { kind, title, sha256, datedOn },
    schools: [...view.schools],
    successorOrderIds: [...view.successorOrderIds],
    movedLines: view.movedLines.map((line) => ({ ...line, quantity: line.quantity })),
    moved: view.moved.map(({ itemCode, commitment, ordered }) => ({
      itemCode,
      commitment,
      ordered,
    })),
  };
}

export function toPreviewMessage(
  preview: SuccessionPreview,
): MessageInitShape<typeof PreviewSuccessionResponseSchema> {
  return {
    refusalCode: preview.refusal?.code ?? '',
    refusal: preview.refusal?.message ?? '',
    schools: [...preview.schools],
    createsMembership: preview.createsMembership,
    seatsKnown: preview.seatsKnown,
    items: [...preview.items],
  };
}
