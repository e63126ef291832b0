import type { Offer } from './domain/offer.js';

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
