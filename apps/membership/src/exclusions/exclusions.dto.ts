import { z } from 'zod';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CourtDecision as DecisionMessage, ExclusionSchema } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import type { CourtDecision } from './domain/court-decision.js';
import type { ExclusionView } from './exclusions.reader.js';

export class CourtDecisionInvalid extends defineProblem('COURT_DECISION_INVALID', 'invalid') {}

const day = z.string().refine(isLocalDate) as unknown as z.ZodType<LocalDate>;
const sumsDueMaxCents = 100_000_000_000n;
const decision = z.object({
  reference: z.string().trim().min(1).max(100),
  court: z.string().trim().min(1).max(200),
  decidedOn: day,
  effectiveOn: day,
  sumsDueCents: z.bigint().min(0n).max(sumsDueMaxCents),
  document: z.object({
    title: z.string().trim().min(1).max(200),
    sha256: z.string().regex(/^([0-9a-f]{64})?$/),
    datedOn: day,
  }),
});

/** Throws CourtDecisionInvalid with the fields: nobody is excluded without a judge's document. */
export function fromDecision(message: DecisionMessage | undefined): CourtDecision {
  const parsed = decision.safeParse(message ?? {});
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.'));
    throw new CourtDecisionInvalid(
      `L’exclusion suit la décision du juge compétent (convention, art. 3). Complétez : ${fields.join(', ')}.`,
      { fields },
    );
  }
  const { document, ...rest } = parsed.data;
  return { ...rest, document: { kind: 'COURT_DECISION', ...document } };
}

export const toExclusionMessage = (
  view: ExclusionView,
): MessageInitShape<typeof ExclusionSchema> => ({ ...view });
