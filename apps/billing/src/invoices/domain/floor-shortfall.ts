import { formatCount } from '#libs/money';
import { byDay, eachDay, intersection, quantityOn } from '#libs/time';
import type { CalculationInput, InvoiceLine } from './invoice-calculation.js';
import { fault, type Refusal } from './refusal.js';

/**
 * The rule of the house, looked at once more before a number is given: no invoice bills fewer account-days than annex 2
 * commits to, item by item or of all items together (COM-1, BIL-1b). Counted day by day from C itself, since no official
 * check knows it.
 */
export function floorShortfalls(
  lines: readonly Pick<InvoiceLine, 'itemCode' | 'accountDays'>[],
  { items, period, membership, floorScope }: CalculationInput,
): Refusal[] {
  const billed = intersection(period, membership);
  if (billed === undefined) return [];
  const days = [...eachDay(billed.start, billed.end)];
  const counted = items.map(({ itemCode, label, commitment }) => {
    const steps = byDay(commitment);
    return {
      label,
      committed: days.reduce((sum, day) => sum + BigInt(quantityOn(steps, day)), 0n),
      invoiced: added(lines.filter((line) => line.itemCode === itemCode)),
    };
  });
  if (floorScope === 'ITEM') return counted.flatMap(below);
  const committed = counted.reduce((sum, item) => sum + item.committed, 0n);
  return below({ label: 'ensemble des articles', committed, invoiced: added(lines) });
}

type Counted = { readonly label: string; readonly committed: bigint; readonly invoiced: bigint };

const below = ({ label, committed, invoiced }: Counted): Refusal[] =>
  fault(
    invoiced < committed,
    'FLOOR',
    `« ${label} » : ${formatCount(invoiced)} jours-comptes facturés, l’annexe 2 en engage ${formatCount(committed)}`,
    'le titulaire retire le projet, puis relance la facturation de sa période',
  );

const added = (lines: readonly Pick<InvoiceLine, 'accountDays'>[]): bigint =>
  lines.reduce((sum, { accountDays }) => sum + accountDays, 0n);
