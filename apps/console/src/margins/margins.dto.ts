import { z } from 'zod';

const market = z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'le code d’un marché est attendu');

export const marginsQuery = z.object({
  market,
  bound: z.enum(['FLOOR', 'MAXIMUM']).default('FLOOR').meta({
    description: 'FLOOR : près de l’engagement (annexe 2) ; MAXIMUM : près du maximum par membre',
  }),
  accounts: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .optional()
    .meta({ description: 'Au plus tant de comptes de marge' }),
  percent: z.coerce
    .number()
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'Au plus tant de pour cent de l’engagement ou du maximum' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_000).default(''),
});
export type MarginsQuery = z.infer<typeof marginsQuery>;

export const ofMarketQuery = z.object({ market });
export type OfMarketQuery = z.infer<typeof ofMarketQuery>;
