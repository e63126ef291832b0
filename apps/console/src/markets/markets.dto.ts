import { z } from 'zod';
import { isLocalDate } from '#libs/time';

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });
const content = z
  .string()
  .min(1)
  .max(200_000)
  .meta({ description: 'Le fichier du marché, en JSON ou en YAML (GET /api/markets/schema)' });
const dryRun = z.boolean().default(false).meta({ description: 'Juge tout et n’enregistre rien' });
const documentId = z.string().min(1).max(100);

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type PageQuery = z.infer<typeof pageQuery>;

export const versionQuery = z.object({
  version: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .meta({ description: '0 : la version en vigueur' }),
});
export type VersionQuery = z.infer<typeof versionQuery>;

export const dueQuery = z.object({
  horizonDays: z.coerce.number().int().min(1).max(3660).default(366),
});
export type DueQuery = z.infer<typeof dueQuery>;

export const marketBody = z.object({ content, dryRun });
export type MarketBody = z.infer<typeof marketBody>;

export const dateBody = z.object({
  which: z.enum(['NOTIFICATION', 'EFFECTIVE']),
  on: day,
  documentId,
});
export type DateBody = z.infer<typeof dateBody>;

export const amendmentBody = z.object({
  content,
  documentId,
  number: z.string().trim().min(1).max(60),
  signedOn: day,
  effectiveOn: day,
  dryRun,
});
export type AmendmentBody = z.infer<typeof amendmentBody>;
