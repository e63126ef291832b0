import { z } from 'zod';
import { isLocalDate } from '#libs/time';

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });
const documentId = z
  .string()
  .max(100)
  .default('')
  .meta({ description: 'Un document déposé auparavant ; `document` est alors inutile' });
/** The paper that proves it: its title, the day printed on it, the digest of its file where there is one. */
const document = z.object({
  title: z.string().trim().min(1).max(200),
  datedOn: day,
  sha256: z
    .string()
    .regex(/^([0-9a-f]{64})?$/, 'l’empreinte SHA-256 du fichier est attendue')
    .default(''),
});

/** The registered letter: its sending is what counts (WDR-1). */
export const letterBody = z.object({
  number: z.string().trim().min(1).max(100),
  sentOn: day,
  receivedOn: day,
  document: document.optional(),
  documentId,
});
export type LetterBody = z.infer<typeof letterBody>;

const sumsDueMaxCents = 100_000_000_000;
export const decisionBody = z.object({
  reference: z.string().trim().min(1).max(100),
  court: z.string().trim().min(1).max(200),
  decidedOn: day,
  effectiveOn: day.meta({
    format: 'date',
    description: 'Premier jour sans adhésion ; peut être passé',
  }),
  sumsDueCents: z.number().int().min(0).max(sumsDueMaxCents).default(0),
  document: document.optional(),
  documentId,
});
export type DecisionBody = z.infer<typeof decisionBody>;

export const marketQuery = z.object({
  market: z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'le code d’un marché est attendu'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type MarketQuery = z.infer<typeof marketQuery>;
