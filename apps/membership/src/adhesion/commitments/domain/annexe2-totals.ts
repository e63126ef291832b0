import type { LineFault } from '#libs/trade';
import type { Annexe2Line } from './annexe2.js';
import { isTooLarge } from './annexe2-cells.js';

/** A row that announces a sum: of everything above it, or since the subtotal before it. */
export type Total = {
  readonly line: number;
  /** How many lines had been read. */
  readonly after: number;
  readonly isSubtotal: boolean;
  /** undefined: of all items. */
  readonly itemCode: string | undefined;
  readonly quantity: number;
};

/** COM-1: a TOTAL row is recognised and must agree; both figures are told. */
export function disagreements(
  lines: readonly Annexe2Line[],
  totals: readonly Total[],
): LineFault[] {
  const faults: LineFault[] = [];
  let start = 0;
  let previous: Total | undefined;
  for (const total of totals) {
    // Several subtotals in a row, one for each item, speak of the same lines.
    if (previous?.isSubtotal && total.after > previous.after) start = previous.after;
    const from = total.isSubtotal ? start : 0;
    const sum = sumOf(lines.slice(from, total.after), total.itemCode);
    if (sum !== total.quantity) faults.push(disagrees(total, sum));
    if (total.isSubtotal) previous = total;
  }
  faults.push(...notCounted(lines, totals));
  if (isTooLarge(sumOf(lines))) {
    const message = 'La somme des lignes dépasse le maximum admis : vérifiez la saisie.';
    faults.push({ line: 0, code: 'QUANTITY_TOO_LARGE', message });
  }
  return faults;
}

/** The last total of an item stands for all of it: a line below would be in C, and not in the sum that was signed. */
function notCounted(lines: readonly Annexe2Line[], totals: readonly Total[]): LineFault[] {
  const full = totals.filter(({ isSubtotal }) => !isSubtotal);
  const last = new Map(full.map(({ itemCode, after }) => [itemCode, after]));
  return lines.flatMap(({ line, itemCode, quantity }, at) => {
    const counted = Math.max(last.get(itemCode) ?? -1, last.get(undefined) ?? -1);
    if (quantity === 0 || counted === -1 || at < counted) return [];
    const message =
      'Cette ligne est sous le dernier total, qui ne la compte pas : placez-la au-dessus, ajoutez un total qui la compte, ou supprimez-la.';
    return [{ line, code: 'LINE_UNDER_TOTAL', message }];
  });
}

const sumOf = (lines: readonly Annexe2Line[], itemCode?: string): number =>
  lines.reduce(
    (sum, line) =>
      itemCode === undefined || line.itemCode === itemCode ? sum + line.quantity : sum,
    0,
  );

const disagrees = ({ line, quantity }: Total, sum: number): LineFault => ({
  line,
  code: 'TOTAL_DISAGREES',
  message: `Le total annonce ${quantity} comptes, les lignes en font ${sum} : vérifiez la saisie.`,
});
