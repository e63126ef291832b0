import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { type KeptDocument, PaperNotDeposited } from '#libs/trade';
import { type Piece, pieces } from './application.js';

/** APPLIED → ACCEPTED | REFUSED, ACCEPTED → ACTIVE → ENDED (ADH-6). */
export type MembershipStatus = 'APPLIED' | 'ACCEPTED' | 'REFUSED' | 'ACTIVE' | 'ENDED';
export type EndCause = 'WITHDRAWAL' | 'EXCLUSION' | 'SUCCESSION' | 'END_OF_MARKET';

export class MembershipNotAccepted extends defineProblem('MEMBERSHIP_NOT_ACCEPTED', 'conflict') {}
export class EffectiveDateNotFixed extends defineProblem('EFFECTIVE_DATE_NOT_FIXED', 'conflict') {}
export class MarketEnded extends defineProblem('MARKET_ENDED', 'conflict') {}
export class ConventionNotSigned extends defineProblem('CONVENTION_NOT_SIGNED', 'conflict') {}
export class MarketNotAwarded extends defineProblem('MARKET_NOT_AWARDED', 'conflict') {}

/** What activation rests on (ADH-6). */
export type ActivationGround = {
  /** The signed convention, recorded with the letter or afterwards. */
  readonly convention?: KeptDocument | undefined;
  /** Of the papers of a complete application, those that nobody has deposited (ADH-2). */
  readonly toDeposit: readonly Piece[];
  /** The tender that was opened here, where one was (GOV-3). */
  readonly tender?: { readonly isAwarded: boolean } | undefined;
  /** Day of the notification, once it is fixed: the award has been told to the supplier. */
  readonly notifiedOn?: LocalDate | undefined;
};

/**
 * Once signed and the market is awarded (ADH-6). A market that was awarded elsewhere has no tender here: its
 * fixed notification says it. Throws ConventionNotSigned, PaperNotDeposited, MarketNotAwarded.
 */
export function checkGround(ground: ActivationGround): void {
  const { convention, toDeposit, tender, notifiedOn } = ground;
  if (!convention) {
    throw new ConventionNotSigned(
      'La convention de ce membre n’est pas signée : déposez la convention signée, enregistrez-la, puis activez l’adhésion (convention, art. 8).',
    );
  }
  if (toDeposit.length > 0) {
    throw new PaperNotDeposited(
      `Déposez au dossier ${toDeposit.map((piece) => pieces[piece]).join(' et ')} : un titre seul ne prouve rien. Puis activez l’adhésion.`,
      { papers: toDeposit },
    );
  }
  if (tender?.isAwarded === false) {
    throw new MarketNotAwarded(
      'L’appel d’offres de ce marché est lancé et n’est pas attribué : enregistrez l’attribution, puis activez les adhésions (convention, art. 7.3 et 8).',
      { missing: 'AWARD' },
    );
  }
  if (notifiedOn === undefined) {
    throw new MarketNotAwarded(
      'La date de notification du marché n’est que prévisionnelle (convention, art. 6) : fixez-la avec la notification, puis activez les adhésions.',
      { missing: 'NOTIFICATION' },
    );
  }
}

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
