import { quantityOn, type Timeline } from '#libs/time';
import type { OrderLine } from './order.js';

/** What a line of an order changes on its day, as the ledger stood when the order was signed. */
export type LineEffect = OrderLine & {
  readonly label: string;
  /** O at the end of the day without this order, and with all of its lines. */
  readonly before: number;
  readonly after: number;
  /** C on that day. */
  readonly commitment: number;
};

/** An order's lines with O before and after: the lines of one day count together, as they are judged (ORD-2). */
export function lineEffectsOf(
  lines: readonly (OrderLine & { readonly before: number })[],
  items: readonly {
    readonly itemCode: string;
    readonly label: string;
    readonly commitment: Timeline;
  }[],
): LineEffect[] {
  return lines.map((line) => {
    const item = items.find(({ itemCode }) => itemCode === line.itemCode);
    const own = lines.filter(
      ({ itemCode, effectiveFrom }) =>
        itemCode === line.itemCode && effectiveFrom <= line.effectiveFrom,
    );
    return {
      ...line,
      label: item?.label ?? line.itemCode,
      after: line.before + own.reduce((sum, { delta }) => sum + delta, 0),
      commitment: quantityOn(item?.commitment ?? [], line.effectiveFrom),
    };
  });
}
