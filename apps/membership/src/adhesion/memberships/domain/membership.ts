import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';

/** APPLIED → ACCEPTED | REFUSED, ACCEPTED → ACTIVE → ENDED (ADH-6). */
export type MembershipStatus = 'APPLIED' | 'ACCEPTED' | 'REFUSED' | 'ACTIVE' | 'ENDED';
export type EndCause = 'WITHDRAWAL' | 'EXCLUSION' | 'SUCCESSION' | 'END_OF_MARKET';

export class MembershipNotAccepted extends defineProblem('MEMBERSHIP_NOT_ACCEPTED', 'conflict') {}
export class EffectiveDateNotFixed extends defineProblem('EFFECTIVE_DATE_NOT_FIXED', 'conflict') {}
export class MarketEnded extends defineProblem('MARKET_ENDED', 'conflict') {}

/**
 * The period of a membership that becomes active (ADH-6): from the market's actual effective date to
 * its end. Throws MembershipNotAccepted, EffectiveDateNotFixed or MarketEnded.
 */
export function activationPeriod(
  status: MembershipStatus,
  calendar: {
    readonly effectiveOn: { readonly actual?: LocalDate | undefined };
    readonly endsOn: LocalDate;
  },
  today: LocalDate,
): { startsOn: LocalDate; endsOn: LocalDate } {
  if (status !== 'ACCEPTED') {
    throw new MembershipNotAccepted('Seule une adhésion acceptée peut être activée.', { status });
  }
  const startsOn = calendar.effectiveOn.actual;
  if (startsOn === undefined) {
    throw new EffectiveDateNotFixed(
      'La date d’entrée en vigueur du marché n’est que prévisionnelle (convention, art. 6) : fixez-la avant d’activer les adhésions.',
    );
  }
  if (today >= calendar.endsOn) {
    throw new MarketEnded('Le marché a pris fin.', { endsOn: calendar.endsOn });
  }
  return { startsOn, endsOn: calendar.endsOn };
}
