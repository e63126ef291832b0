import { type CourtDecision as DecisionMessage, plain } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { documentGiven } from '../../documents/documents.module.js';
import type { CourtDecision } from './domain/court-decision.js';
import type { DecisionGiven } from './record-exclusion.js';

export class CourtDecisionInvalid extends defineProblem('COURT_DECISION_INVALID', 'invalid') {}

const sumsDueMaxCents = 100_000_000_000n;

/** The contract's bounds hold by now. Throws CourtDecisionInvalid: nobody is excluded without a judge's document. */
export function fromDecision(message: DecisionMessage | undefined): DecisionGiven {
  const { document, documentId, ...decision } = plain(message!);
  const given = documentGiven({ document, documentId }, 'COURT_DECISION');
  const fields = [
    ...(given ? [] : ['document']),
    ...(decision.sumsDueCents > sumsDueMaxCents ? ['sumsDueCents'] : []),
  ];
  if (given && fields.length === 0) {
    return { ...(decision as Omit<CourtDecision, 'document'>), ...given };
  }
  throw new CourtDecisionInvalid(
    `L’exclusion suit la décision du juge compétent (convention, art. 3). Complétez : ${fields.join(', ')}.`,
    { fields },
  );
}
