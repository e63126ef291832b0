import { z } from 'zod';
import { orderBody, pageQuery, signedOrderBody } from './members.dto.js';

export const draftBody = orderBody.extend({
  note: z
    .string()
    .regex(
      /^([A-Z0-9][A-Z0-9._-]{0,39})?$/,
      'un code de 40 caractères au plus est attendu : majuscules, chiffres, point, tiret',
    )
    .default(''),
});
export type DraftBody = z.infer<typeof draftBody>;

export const signedDraftBody = signedOrderBody.pick({ confirmedSeatsLost: true });
export type SignedDraftBody = z.infer<typeof signedDraftBody>;

export const draftsQuery = pageQuery.extend({
  status: z.enum(['DRAFT', 'SIGNED', 'CANCELLED', '']).default(''),
});
export type DraftsQuery = z.infer<typeof draftsQuery>;

export const toAcknowledgeQuery = pageQuery.extend({ market: z.string().min(1).max(40) });
export type ToAcknowledgeQuery = z.infer<typeof toAcknowledgeQuery>;
