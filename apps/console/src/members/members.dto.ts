import { z } from 'zod';
import { SignOrderRequestSchema } from '#libs/contracts';
import { shapeOf } from '#libs/http';

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
export type PageQuery = z.infer<typeof pageQuery>;

/** What is previewed is what would be signed: the lines, with the bounds of an order. */
export const orderBody = z.object(
  shapeOf([SignOrderRequestSchema.field.lines]),
) as unknown as z.ZodType<OrderBody>;
export type OrderBody = {
  readonly lines: {
    readonly itemCode: string;
    readonly effectiveFrom: string;
    readonly delta: number;
  }[];
};
