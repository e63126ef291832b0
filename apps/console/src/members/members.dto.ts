import { z } from 'zod';
import { SignOrderRequestSchema } from '#libs/contracts';
import { shapeOf } from '#libs/http';

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
