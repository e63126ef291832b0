import { z } from 'zod';
import { isLocalDate } from '#libs/time';

/** As the service bounds it. */
export const annexe2BytesMax = 5_000_000;

export const annexe2Query = z.object({
  fileName: z.string().trim().min(1).max(200),
  datedOn: z
    .string()
    .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
    .meta({ format: 'date', description: 'Date portée sur l’annexe 2 signée' }),
});
export type Annexe2Query = z.infer<typeof annexe2Query>;

export const linesQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type LinesQuery = z.infer<typeof linesQuery>;

export const verificationBody = z.object({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'l’empreinte SHA-256 du fichier saisi est attendue')
    .meta({ description: 'Du fichier saisi, comme la saisie l’a donnée' }),
  signedDocumentId: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'L’annexe 2 signée, déposée parmi les documents du membre' }),
});
export type VerificationBody = z.infer<typeof verificationBody>;
