import { plural } from '#libs/money';
import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';
import type { AwardMethod } from './award-method.js';
import type { RankedOffer } from './ranking.js';

export class TenderTooEarly extends defineProblem('TENDER_TOO_EARLY', 'conflict') {}
export class MembersNotSigned extends defineProblem('MEMBERS_NOT_SIGNED', 'conflict') {}
export class TenderOpened extends defineProblem('TENDER_ALREADY_OPENED', 'conflict') {}
export class TenderNotOpened extends defineProblem('TENDER_NOT_OPENED', 'conflict') {}
export class TenderAwarded extends defineProblem('TENDER_AWARDED', 'conflict') {}
export class AwardNeedsReason extends defineProblem('AWARD_NEEDS_REASON', 'conflict') {}
export class NoSuchOffer extends defineProblem('OFFER_UNKNOWN', 'invalid') {}

export type Award = {
  readonly offerId: string;
  readonly bidder: string;
  readonly awardedOn: LocalDate;
  readonly reason: string;
  /** Of that day, whole. */
  readonly ranking: readonly RankedOffer[];
};
export type Tender = {
  readonly marketCode: string;
  readonly openedOn: LocalDate;
  readonly method: AwardMethod;
  readonly rules: KeptDocument;
  readonly award?: Award;
};

/** An accepted member without a signed convention. */
export type UnsignedMember = { readonly membershipId: string; readonly name: string };

/**
 * Art. 8: from the last signature on, at the earliest on the day after the deadline (MKT-3). Throws
 * TenderTooEarly, MembersNotSigned with the list.
 */
export function checkOpening(
  today: LocalDate,
  earliestOn: LocalDate,
  unsigned: readonly UnsignedMember[],
): void {
  if (today < earliestOn) {
    throw new TenderTooEarly(
      `L’appel d’offres ne peut pas être lancé avant le ${frenchDate(earliestOn)} (convention, art. 8).`,
      { today, earliestOn },
    );
  }
  if (unsigned.length === 0) return;
  const some = unsigned.slice(0, 5).map(({ name }) => name);
  const others = unsigned.length - some.length;
  throw new MembersNotSigned(
    `L’appel d’offres attend la dernière signature (convention, art. 8) : ${plural(unsigned.length, 'membre accepté n’a', 'membres acceptés n’ont')} pas de convention signée : ${some.join(', ')}${others > 0 ? ` et ${plural(others, 'autre', 'autres')}` : ''}. Enregistrez ce qui manque.`,
    { count: unsigned.length, members: unsigned.slice(0, 200).map((one) => ({ ...one })) },
  );
}

/** The offer awarded, from the ranking of the day. Throws NoSuchOffer, AwardNeedsReason. */
export function award(
  ranking: readonly RankedOffer[],
  offerId: string,
  reason: string,
  today: LocalDate,
): Award {
  const chosen = ranking.find((offer) => offer.offerId === offerId);
  if (!chosen) {
    throw new NoSuchOffer('Cette offre n’est pas parmi celles du marché : choisissez-en une.');
  }
  if ((chosen.rank !== 1 || chosen.tied) && reason.trim() === '') {
    throw new AwardNeedsReason(
      chosen.tied
        ? 'Des offres sont à égalité : dites ce qui les départage.'
        : 'Cette offre n’est pas la première du classement : dites pourquoi elle est retenue.',
      { rank: chosen.rank, tied: chosen.tied },
    );
  }
  return { offerId, bidder: chosen.bidder, awardedOn: today, reason: reason.trim(), ranking };
}

/** A tender whose offers may still change. Throws TenderNotOpened, TenderAwarded. */
export function requireUndecided(tender: Tender | undefined): Tender {
  if (!tender) {
    throw new TenderNotOpened('L’appel d’offres de ce marché n’est pas lancé : lancez-le d’abord.');
  }
  if (tender.award) {
    throw new TenderAwarded(
      'Le marché est attribué : ses offres et son classement ne changent plus.',
      {
        awardedOn: tender.award.awardedOn,
      },
    );
  }
  return tender;
}
