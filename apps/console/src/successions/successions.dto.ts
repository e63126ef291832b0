import { z } from 'zod';
import { isLocalDate } from '#libs/time';

/** As the service bounds a file of movements. */
export const movementsBytesMax = 5_000_000;

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });
const market = z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'le code d’un marché est attendu');
const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
};
const status = z.enum(['', 'PLANNED', 'CARRIED_OUT', 'CANCELLED', 'BLOCKED']).default('');

/** Full where only its SIREN is given: an organisation that is known here. */
const successor = z.object({
  siren: z.string().min(1).max(20),
  name: z.string().trim().max(200).default(''),
  kind: z.enum(['', 'COMMUNE', 'EPCI', 'SYNDICAT', 'PUBLIC_ESTABLISHMENT']).default(''),
  insee: z.string().max(5).default(''),
  communes: z.array(z.string().max(5)).max(500).default([]),
  address: z.string().trim().max(500).default(''),
});
/** The arrêté, the délibération or the statutes that decide it. */
const document = z.object({
  kind: z.enum(['DECISION', 'DELIBERATION', 'STATUTES', 'OTHER']).default('DECISION'),
  title: z.string().trim().min(1).max(200),
  datedOn: day,
  sha256: z
    .string()
    .regex(/^([0-9a-f]{64})?$/, 'l’empreinte SHA-256 du fichier est attendue')
    .default(''),
});
const plan = z.object({
  kind: z.enum(['FULL', 'PARTIAL']),
  effectiveOn: day.meta({ format: 'date', description: 'Premier jour chez le successeur' }),
  predecessorMembershipId: z.string().min(1).max(100),
  successor,
  document: document.optional(),
  documentId: z.string().max(100).default('').meta({
    description: 'Un document de l’ancien membre, déposé auparavant ; `document` est alors inutile',
  }),
  annexe2Lines: z.array(z.number().int().min(1)).max(5_000).default([]).meta({
    description: 'En partie : les lignes de l’annexe 2 qui passent',
  }),
  quantities: z
    .array(
      z.object({
        itemCode: z.string().min(1).max(100),
        quantity: z
          .number()
          .int()
          .min(0)
          .max(2 ** 31 - 1),
      }),
    )
    .max(100)
    .default([])
    .meta({
      description: 'En partie ; sans elles : les comptes occupés dans les écoles qui passent',
    }),
  schools: z
    .array(z.string().regex(/^[0-9]{7}[A-Z]$/, 'un code UAI est attendu'))
    .max(2_000)
    .default([]),
});

export const previewBody = z.object({ market, plan });
export type PreviewBody = z.infer<typeof previewBody>;
export const plansBody = z.object({ market, plans: z.array(plan).min(1).max(200) });
export type PlansBody = z.infer<typeof plansBody>;
export type PlanGiven = z.infer<typeof plan>;

export const cancellationBody = z.object({ reason: z.string().trim().min(1).max(500) });
export type CancellationBody = z.infer<typeof cancellationBody>;

export const movementsQuery = z
  .object({
    market,
    fileName: z.string().trim().min(1).max(200),
    dryRun: z
      .enum(['true', 'false'])
      .default('false')
      .transform((text) => text === 'true'),
  })
  .meta({ description: 'Le fichier est le corps de la demande' });
export type MovementsQuery = z.infer<typeof movementsQuery>;

export const successionsQuery = z.object({ market, status, ...page });
export type SuccessionsQuery = z.infer<typeof successionsQuery>;
export const ownQuery = z.object({ status, ...page });
export type OwnQuery = z.infer<typeof ownQuery>;
