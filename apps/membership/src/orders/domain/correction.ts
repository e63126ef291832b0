import { defineProblem } from '#libs/problems';
import { addDays, type LocalDate } from '#libs/time';
import type { Ledger } from './order-ledger.js';
import type { OrderLine } from './order.js';

/** Why the past is changed: a code, no free text (SUP-4). */
export type CorrectionReason =
  | 'ENTRY_ERROR'
  | 'HEADCOUNT_ERROR'
  | 'SCHOOL_CHANGE'
  | 'EXECUTION_AGREEMENT';

export class CorrectionNotNeeded extends defineProblem('CORRECTION_NOT_NEEDED', 'conflict') {}
export class AgreementMissing extends defineProblem('AGREEMENT_MISSING', 'conflict') {}

/**
 * A correction changes what an order no longer can: at least one of its lines is too late for one (ORD-4).
 * What an orderer of the member can still sign, nobody signs in its place (art. 4). Throws CorrectionNotNeeded.
 */
export function checkCorrection(
  { status, decreaseNoticeDays }: Pick<Ledger, 'status' | 'decreaseNoticeDays'>,
  lines: readonly OrderLine[],
  today: LocalDate,
): void {
  const decreaseFrom = addDays(today, decreaseNoticeDays);
  const isTooLate = ({ delta, effectiveFrom }: OrderLine) =>
    effectiveFrom < (delta > 0 ? today : decreaseFrom);
  if (status === 'ENDED' || lines.length === 0 || lines.some(isTooLate)) return;
  throw new CorrectionNotNeeded(
    'Aucune de ces lignes ne porte sur le passé : c’est au membre de signer un bon de commande (convention, art. 4).',
    { today },
  );
}

/** The paper in which the member's orderer and the supplier agree, dated before it is used. Throws AgreementMissing. */
export function checkAgreement(
  { kind, datedOn }: { readonly kind: string; readonly datedOn: LocalDate },
  today: LocalDate,
): void {
  if (kind === 'CORRECTION_AGREEMENT' && datedOn <= today) return;
  throw new AgreementMissing(
    'Une correction repose sur l’accord écrit du membre et du titulaire (convention, art. 4) : déposez-le ' +
      'comme pièce CORRECTION_AGREEMENT, datée au plus tard d’aujourd’hui.',
    { kind, datedOn },
  );
}
