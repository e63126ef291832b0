import { isSiren } from '#libs/identifiers';
import { defineProblem, refuseMistakes, requireVersion } from '#libs/problems';
import type { AwardMethod } from './award-method.js';

export class OfferInvalid extends defineProblem('OFFER_INVALID', 'invalid') {}
export class OfferStale extends defineProblem('OFFER_STALE', 'stale') {}
export class OfferKnown extends defineProblem('OFFER_KNOWN', 'conflict') {}

/** The list is scored as a whole, so it is bounded. */
export const offersMax = 200;

const priceMax = 100_000_000_000_000n;

export type OfferContent = {
  /** Legal name of the company. */
  readonly bidder: string;
  readonly siren: string;
  /** Of the estimate that the rules compare, excluding VAT. */
  readonly priceCents: bigint;
  /** Hundredths of a point, one for each sub-criterion. */
  readonly marks: readonly { readonly criterion: string; readonly hundredths: number }[];
};
export type Offer = OfferContent & {
  readonly offerId: string;
  readonly marketCode: string;
  readonly version: number;
};

/** Throws OfferInvalid with every mistake. */
export function checkOffer(content: OfferContent, method: AwardMethod): OfferContent {
  const { bidder, siren, priceCents, marks } = content;
  const best = method.markMax * 100;
  const mistakes = [
    ...(bidder.trim() === '' ? ['nommez l’entreprise'] : []),
    ...(isSiren(siren) ? [] : ['le SIREN n’est pas valide']),
    ...(priceCents > 0n && priceCents <= priceMax
      ? []
      : ['le prix est un montant positif, d’au plus mille milliards d’euros']),
    ...method.criteria.flatMap(({ code, label }) => {
      const given = marks.filter(({ criterion }) => criterion === code);
      const fits = given.every(
        ({ hundredths }) => Number.isInteger(hundredths) && hundredths >= 0 && hundredths <= best,
      );
      if (given.length !== 1) return [`donnez une note, et une seule, à « ${label} »`];
      return fits ? [] : [`la note de « ${label} » va de 0 à ${method.markMax}`];
    }),
    ...marks
      .filter(({ criterion }) => !method.criteria.some(({ code }) => code === criterion))
      .map(({ criterion }) => `« ${criterion} » n’est pas un sous-critère`),
  ];
  refuseMistakes(mistakes, OfferInvalid, 'Corrigez l’offre');
  return content;
}

/** Throws OfferStale, OfferInvalid. */
export function changeOffer(
  offer: Offer,
  version: number,
  content: OfferContent,
  method: AwardMethod,
): Offer {
  requireVersion(offer, version, OfferStale, 'L’offre a été modifiée entre-temps : rechargez-la.');
  return { ...offer, ...checkOffer(content, method), version: offer.version + 1 };
}

/** An offer as a first answer is kept: plain JSON, which has no bigint. */
export type OfferAnswer = Omit<Offer, 'priceCents'> & { readonly priceCents: string };

export const toAnswer = (offer: Offer): OfferAnswer => ({
  ...offer,
  priceCents: offer.priceCents.toString(),
});

export const fromAnswer = (answer: OfferAnswer): Offer => ({
  ...answer,
  priceCents: BigInt(answer.priceCents),
});
