import { z } from 'zod';
import { line, marketQuery } from './governance.dto.js';

const { market } = marketQuery.shape;
const id = z.string().min(1).max(100);

export const tenderBody = z.object({
  market,
  method: z.object({
    priceWeight: z.number().int().min(0).max(100),
    qualityWeight: z.number().int().min(0).max(100),
    priceFormula: z.enum(['LOWEST_OVER_PRICE', 'LINEAR']),
    criteria: z
      .array(
        z.object({
          code: z.string().min(1).max(100),
          label: line.min(1),
          weight: z.number().int().min(1).max(100),
        }),
      )
      .min(1)
      .max(50),
    markMax: z.number().int().min(1).max(100),
    decimals: z.number().int().min(0).max(6),
    rankOn: z.enum(['EXACT', 'ROUNDED']),
  }),
  rulesDocumentId: id.meta({ description: 'Le règlement de la consultation déposé' }),
});
export type TenderBody = z.infer<typeof tenderBody>;

const offer = {
  bidder: line.min(1),
  siren: z.string().regex(/^\d{9}$/, 'les neuf chiffres du SIREN sont attendus'),
  priceCents: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'un montant entier en centimes est attendu')
    .meta({ description: 'Centimes, hors taxes' }),
  marks: z
    .array(
      z.object({
        criterion: z.string().min(1).max(100),
        hundredths: z.number().int().min(0).max(10_000),
      }),
    )
    .max(50),
};
export const changedOfferBody = z.object(offer);
export type ChangedOfferBody = z.infer<typeof changedOfferBody>;
export const offerBody = z.object({ market, ...offer });
export type OfferBody = z.infer<typeof offerBody>;
export const awardBody = z.object({
  market,
  offerId: id,
  reason: z.string().trim().max(2_000).default(''),
});
export type AwardBody = z.infer<typeof awardBody>;
