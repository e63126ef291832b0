import type { MessageInitShape } from '@bufbuild/protobuf';
import { z } from 'zod';
import type { AwardSchema, OfferSchema, RankedOfferSchema, TenderSchema } from '#libs/contracts';
import { code, line } from '../../governance-input.js';
import { priceFormulas, rankings } from './domain/award-method.js';
import type { Offer } from './domain/offer.js';
import type { RankedOffer } from './domain/ranking.js';
import type { Award, Tender } from './domain/tender.js';

export const methodInput = z.object({
  priceWeight: z.number().int(),
  qualityWeight: z.number().int(),
  priceFormula: z.enum(priceFormulas),
  criteria: z
    .array(z.object({ code: code.min(1), label: line.min(1), weight: z.number().int() }))
    .max(50),
  markMax: z.number().int(),
  decimals: z.number().int(),
  rankOn: z.enum(rankings),
});
export const offerInput = z.object({
  bidder: line,
  siren: z.string().transform((siren) => siren.replace(/\s/g, '')),
  priceCents: z.bigint(),
  marks: z.array(z.object({ criterion: code, hundredths: z.number().int() })).max(50),
});

export function toTenderMessage(tender: Tender): MessageInitShape<typeof TenderSchema> {
  const { method, award, ...rest } = tender;
  return {
    ...rest,
    method: { ...method, criteria: [...method.criteria] },
    ...(award ? { award: toAwardMessage(award) } : {}),
  };
}

export const toAwardMessage = (award: Award): MessageInitShape<typeof AwardSchema> => ({
  ...award,
  ranking: award.ranking.map(toRankedMessage),
});

export const toOfferMessage = (offer: Offer): MessageInitShape<typeof OfferSchema> => ({
  ...offer,
  marks: [...offer.marks],
});

export const toRankedMessage = (
  ranked: RankedOffer,
): MessageInitShape<typeof RankedOfferSchema> => ({ ...ranked, criteria: [...ranked.criteria] });
