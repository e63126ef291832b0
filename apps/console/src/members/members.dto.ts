import { z } from 'zod';
import { OrderLineSchema } from '#libs/contracts';
import { maxTogetherOf } from '#libs/http';
import { isLocalDate } from '#libs/time';

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type PageQuery = z.infer<typeof pageQuery>;

const deltaMax = 1_000_000;

export const orderBody = z.object({
  lines: z
    .array(
      z.object({
        itemCode: z.string().min(1).max(60),
        effectiveFrom: z
          .string()
          .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
          .meta({ format: 'date' }),
        delta: z
          .number()
          .int('un nombre entier de comptes est attendu')
          .min(-deltaMax)
          .max(deltaMax)
          .refine((delta) => delta !== 0, 'la variation ne peut pas être nulle'),
      }),
    )
    .min(1)
    .max(maxTogetherOf(OrderLineSchema)),
});
export type OrderBody = z.infer<typeof orderBody>;

/** What is signed: the lines, and how many seats the preview said would be lost (PRV-7). */
export const signedOrderBody = orderBody.extend({
  confirmedSeatsLost: z.number().int().min(0).max(deltaMax).default(0),
});
export type SignedOrderBody = z.infer<typeof signedOrderBody>;
