import { z } from 'zod';
import { cents, count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { AwardsController } from './awards.controller.js';

const score = z
  .object({ numerator: text, denominator: text, rounded: text })
  .meta({ description: 'Exact, and rounded as the method says' });
const rankedOffers = z.array(
  z.object({
    rank: count,
    tied: z.boolean(),
    offerId: text,
    bidder: text,
    price: score,
    quality: score,
    total: score,
    criteria: z.array(z.object({ criterion: text, score })),
  }),
);

export const award = z.object({
  offerId: text,
  bidder: text,
  awardedOn: day,
  reason: text,
  ranking: rankedOffers,
}) satisfies AnswerOf<AwardsController['award']>;
export const tender = z.object({
  marketCode: text,
  openedOn: day,
  method: z.object({
    priceWeight: count,
    qualityWeight: count,
    priceFormula: text.meta({ description: 'LOWEST_OVER_PRICE, LINEAR' }),
    criteria: z.array(z.object({ code: text, label: text, weight: count })),
    markMax: count,
    decimals: count,
    rankOn: text.meta({ description: 'EXACT, ROUNDED' }),
  }),
  rules: z.object({ kind: text, title: text, sha256: text, datedOn: day }),
  award: award.nullable(),
}) satisfies AnswerOf<AwardsController['show']>;
export const offer = z.object({
  offerId: text,
  bidder: text,
  siren: text,
  priceCents: cents,
  marks: z.array(z.object({ criterion: text, hundredths: count })),
  version: count,
}) satisfies AnswerOf<AwardsController['offer']>;
export const offers = z.object({ offers: z.array(offer), nextCursor }) satisfies AnswerOf<
  AwardsController['offers']
>;
export const ranking = z.object({ ranking: rankedOffers }) satisfies AnswerOf<
  AwardsController['ranking']
>;
