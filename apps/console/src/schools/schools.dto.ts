import { z } from 'zod';
import { OrderLineSchema } from '#libs/contracts';
import { maxTogetherOf } from '#libs/http';
import { isUai } from '#libs/identifiers';
import { isLocalDate } from '#libs/time';

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });
const uai = z
  .string()
  .trim()
  .toUpperCase()
  .refine((text) => isUai(text), 'un code UAI est attendu, avec sa lettre de contrôle');
const id = z.string().min(1).max(100);
const optionalDocument = z.string().max(100).default('').meta({
  description: 'Un document déposé auparavant ; vide : aucun',
});
const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
};
/** An exception to the territory is proven by a paper: the statutes of the grouping, a décision (SCH-1). */
const exception = {
  territoryException: z.string().trim().max(500).default('').meta({
    description: 'Pourquoi une école hors du territoire est financée ; vide : aucune exception',
  }),
  exceptionDocumentId: optionalDocument,
};
const hasItsPaper = (body: { territoryException: string; exceptionDocumentId: string }) =>
  (body.territoryException === '') === (body.exceptionDocumentId === '');
const itsPaper = {
  message: 'une exception se fonde sur un document, et un document d’exception sur un motif',
  path: ['exceptionDocumentId'],
};

export const linksQuery = z.object({
  state: z.enum(['PAST', 'CURRENT', 'FUTURE', '']).default(''),
  ...page,
});
export type LinksQuery = z.infer<typeof linksQuery>;

export const financeBody = z
  .object({
    uai,
    from: day,
    insee: z
      .string()
      .regex(/^([0-9][0-9AB][0-9]{3})?$/, 'le code INSEE d’une commune est attendu')
      .default('')
      .meta({ description: 'Tant que l’annuaire ne connaît pas l’école' }),
    ...exception,
  })
  .refine(hasItsPaper, itsPaper);
export type FinanceBody = z.infer<typeof financeBody>;

export const endBody = z.object({
  membershipId: id,
  endsOn: day.meta({ format: 'date', description: 'Premier jour sans : demain au plus tôt' }),
  reason: z.enum([
    'SCHOOL_CLOSED',
    'SCHOOLS_MERGED',
    'MEMBER_CHOICE',
    'COMPETENCE_LOST',
    'RECORDING_ERROR',
  ]),
  documentId: optionalDocument,
});
export type EndBody = z.infer<typeof endBody>;

const terms = z.object({
  fromMembershipId: id,
  toMembershipId: id,
  uais: z.array(uai).min(1).max(200),
  effectiveOn: day,
  documentId: id.meta({ description: 'La décision de transfert, déposée auparavant' }),
  ...exception,
});
export const transferPreviewBody = terms.refine(hasItsPaper, itsPaper);
export type TransferPreviewBody = z.infer<typeof transferPreviewBody>;
export const transferBody = terms
  .extend({
    propose: z.boolean().default(false).meta({
      description:
        'Si des places manquent : garder la proposition pour l’ordonnateur du membre qui reçoit, plutôt que refuser',
    }),
  })
  .refine(hasItsPaper, itsPaper);
export type TransferBody = z.infer<typeof transferBody>;

const status = z.enum(['PROPOSED', 'CARRIED_OUT', 'CANCELLED', 'DECLINED', '']).default('');
export const ownTransfersQuery = z.object({ status, ...page });
export type OwnTransfersQuery = z.infer<typeof ownTransfersQuery>;
export const transfersQuery = ownTransfersQuery.extend({
  market: z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'le code d’un marché est attendu'),
});
export type TransfersQuery = z.infer<typeof transfersQuery>;

const quantityMax = 1_000_000;
export const complementaryBody = z.object({
  lines: z
    .array(
      z.object({
        itemCode: z.string().min(1).max(60),
        effectiveFrom: day,
        delta: z.number().int().min(1).max(quantityMax),
      }),
    )
    .max(maxTogetherOf(OrderLineSchema))
    .default([]),
});
export type ComplementaryBody = z.infer<typeof complementaryBody>;
export const acceptanceBody = complementaryBody.extend({
  confirmedSeatsMissing: z.number().int().min(0).max(quantityMax).default(0).meta({
    description: 'Les places qui manqueront malgré la commande, telles que l’aperçu les a dites',
  }),
});
export type AcceptanceBody = z.infer<typeof acceptanceBody>;
