import { type DecisionReceived, plain } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import type { DecisionGiven } from './record-exclusion.js';

export class CourtDecisionInvalid extends defineProblem('COURT_DECISION_INVALID', 'invalid') {}

const sumsDueMaxCents = 100_000_000_000n;

/** The contract's bounds hold by now. Throws CourtDecisionInvalid. */
export function fromDecision(message: DecisionReceived | undefined): DecisionGiven {
  const decision = plain(message!);
  if (decision.sumsDueCents <= sumsDueMaxCents) return decision as DecisionGiven;
  throw new CourtDecisionInvalid(
    'La somme due dépasse un milliard d’euros : vérifiez-la dans la décision du juge.',
    { fields: ['sumsDueCents'] },
  );
}
