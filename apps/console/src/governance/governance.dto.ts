import { z } from 'zod';

const market = z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'le code d’un marché est attendu');

export const marketQuery = z.object({ market });
export type MarketQuery = z.infer<typeof marketQuery>;
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type PageQuery = z.infer<typeof pageQuery>;
export const marketPageQuery = marketQuery.extend(pageQuery.shape);
export type MarketPageQuery = z.infer<typeof marketPageQuery>;
