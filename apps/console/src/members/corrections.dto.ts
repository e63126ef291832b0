import { z } from 'zod';
import { signedOrderBody } from './members.dto.js';

export {
  orderBody as correctionPreviewBody,
  type OrderBody as CorrectionPreviewBody,
} from './members.dto.js';

/** A change of the past: the lines of an order, and what it rests on (ORD-4). */
export const correctionBody = signedOrderBody.extend({
  reason: z
    .enum(['ENTRY_ERROR', 'HEADCOUNT_ERROR', 'SCHOOL_CHANGE', 'EXECUTION_AGREEMENT'])
    .meta({ description: 'Un motif de la liste, jamais un texte libre' }),
  documentId: z.string().min(1).max(100).meta({
    description:
      'L’accord du membre et du titulaire, déposé auparavant comme CORRECTION_AGREEMENT (art. 4)',
  }),
});
export type CorrectionBody = z.infer<typeof correctionBody>;
