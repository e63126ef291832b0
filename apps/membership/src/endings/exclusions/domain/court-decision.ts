import { defineProblem } from '#libs/problems';
import { type LocalDate, addDays, frenchDate } from '#libs/time';
import { type KeptDocument, MembershipNotActive, OutsideMembership } from '#libs/trade';

export class DecisionDatesInvalid extends defineProblem('DECISION_DATES_INVALID', 'invalid') {}
export class AlreadyExcluded extends defineProblem('EXCLUSION_ALREADY_RECORDED', 'conflict') {}

/** The only ground that art. 3 knows: *non-exécution*. */
export const exclusionGround = 'NON_PERFORMANCE';

/** What the competent judge decided (EXC-1). */
export type CourtDecision = {
  readonly reference: string;
  readonly court: string;
  readonly decidedOn: LocalDate;
  /** First day without membership; may lie before the decision. */
  readonly effectiveOn: LocalDate;
  /** What the member owes by the decision, in cents: a record, not an invoice. */
  readonly sumsDueCents: bigint;
  readonly document: KeptDocument;
};

/**
 * The end of the membership by a decision (EXC-1): its effective date, past or future, inside the membership.
 * Also for one that has ended since, where the decision ends it earlier. Throws the first reason against it.
 */
export function judgeExclusion(
  member: {
    readonly status: string;
    /** `[startsOn, endsOn)`; absent before activation. */
    readonly startsOn?: LocalDate;
    readonly endsOn?: LocalDate;
    readonly isExcluded: boolean;
  },
  { decidedOn, effectiveOn }: CourtDecision,
  today: LocalDate,
): LocalDate {
  const { status, startsOn, endsOn, isExcluded } = member;
  if (isExcluded) {
    throw new AlreadyExcluded(
      'L’exclusion de ce membre est déjà enregistrée (convention, art. 3).',
    );
  }
  if (decidedOn > today) {
    throw new DecisionDatesInvalid(
      `La décision du juge est datée du ${frenchDate(decidedOn)} : enregistrez-la au plus tôt ce jour-là.`,
      { decidedOn, today },
    );
  }
  if (startsOn === undefined || endsOn === undefined) {
    throw new MembershipNotActive(
      'L’adhésion n’est pas en vigueur : il n’y a pas de membre à exclure (convention, art. 3).',
      { status },
    );
  }
  if (effectiveOn <= startsOn || effectiveOn >= endsOn) {
    throw new OutsideMembership(
      `La date d’effet doit être comprise entre le ${frenchDate(addDays(startsOn, 1))} et le ` +
        `${frenchDate(addDays(endsOn, -1))}, pendant l’adhésion.`,
      { effectiveOn, startsOn, endsOn },
    );
  }
  return effectiveOn;
}
