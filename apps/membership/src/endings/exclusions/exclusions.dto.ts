import { z } from 'zod';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CourtDecision as DecisionMessage, ExclusionSchema } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import type { ExclusionView } from './exclusions.pg.js';
import type { DecisionGiven } from './record-exclusion.js';

export class CourtDecisionInvalid extends defineProblem('COURT_DECISION_INVALID', 'invalid') {}

const day = z.string().refine(isLocalDate) as unknown as z.ZodType<LocalDate>;
const sumsDueMaxCents = 100_000_000_000n;
const terms = z.object({
  reference: z.string().trim().min(1).max(100),
  court: z.string().trim().min(1).max(200),
  decidedOn: day,
  effectiveOn: day,
  sumsDueCents: z.bigint().min(0n).max(sumsDueMaxCents),
});
const decision = z.union([
  terms.extend({ documentId: z.string().min(1).max(100) }),
  terms.extend({
    document: z.object({
      title: z.string().trim().min(1).max(200),
      sha256: z.string().regex(/^([0-9a-f]{64})?$/),
      datedOn: day,
    }),
  }),
]);

/** Throws CourtDecisionInvalid with the fields: nobody is excluded without a judge's document. */
export function fromDecision(message: DecisionMessage | undefined): DecisionGiven {
  const parsed = decision.safeParse(message ?? {});
  if (!parsed.success) {
    const fields = terms
      .safeParse(message ?? {})
      .error?.issues.map((issue) => issue.path.join('.')) ?? ['document'];
    throw new CourtDecisionInvalid(
      `L’exclusion suit la décision du juge compétent (convention, art. 3). Complétez : ${fields.join(', ')}.`,
      { fields },
    );
  }
  if ('documentId' in parsed.data) return parsed.data;
  const { document, ...rest } = parsed.data;
  return { ...rest, document: { kind: 'COURT_DECISION', ...document } };
}

export const toExclusionMessage = (
  view: ExclusionView,
): MessageInitShape<typeof ExclusionSchema> => ({ ...view });
