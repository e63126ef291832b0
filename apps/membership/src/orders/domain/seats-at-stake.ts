import { defineProblem } from '#libs/problems';
import { inForceOn, type LocalDate, quantityOn, type Timeline, withChanges } from '#libs/time';
import { type LedgerItem, quantityMax } from './order-ledger.js';
import type { OrderLine } from './order.js';

/** An item of which less will be ordered on some day, and what then bounds its seats. */
export type LoweredItem = {
  readonly itemCode: string;
  /** The quantity ordered on the days that the order lowers; more than anyone can hold on the others. */
  readonly bounds: Timeline;
};

/** Holders of an item who would lose their seat, at the worst day (PRV-7). Counts, never people. */
export type SeatsLost = {
  readonly itemCode: string;
  /** Seats held today. */
  readonly held: number;
  readonly lost: number;
};

/** The orderer has not said that it knows how many lose their seat, or fewer than would (PRV-7). */
export class SeatsLostUnconfirmed extends defineProblem('SEATS_LOST_UNCONFIRMED', 'conflict') {}

/** Items that an order lowers: an order that only adds takes nobody's seat. */
export function loweredBy(
  items: readonly LedgerItem[],
  lines: readonly OrderLine[],
): LoweredItem[] {
  return items.flatMap(({ itemCode, timeline }) => {
    const after = withChanges(
      timeline,
      lines.filter((line) => line.itemCode === itemCode),
    );
    // Below 0 the order is refused; provisioning counts seats for quantities.
    const bounds = after.map(({ from, quantity }) => ({
      from,
      quantity: quantity < quantityOn(timeline, from) ? Math.max(0, quantity) : quantityMax,
    }));
    return bounds.some(({ quantity }) => quantity < quantityMax) ? [{ itemCode, bounds }] : [];
  });
}

/** What is lowered from a day on: seats of past days are nobody's any more (ORD-4). */
export function loweredSince(lowered: readonly LoweredItem[], today: LocalDate): LoweredItem[] {
  return lowered.flatMap(({ itemCode, bounds }) => {
    const onToday = inForceOn(bounds, today)?.quantity ?? quantityMax;
    const since = [
      { from: today, quantity: onToday },
      ...bounds.filter(({ from }) => from > today),
    ];
    return since.some(({ quantity }) => quantity < quantityMax)
      ? [{ itemCode, bounds: since }]
      : [];
  });
}

/** Throws SeatsLostUnconfirmed where more seats would be lost than the person confirmed. */
export function requireConfirmed(seatsLost: readonly SeatsLost[], confirmed: number): void {
  const lost = totalLost(seatsLost);
  if (lost <= confirmed) return;
  const held = seatsLost.reduce((sum, item) => sum + item.held, 0);
  throw new SeatsLostUnconfirmed(
    `Avec cette diminution, ${lost} élève${lost > 1 ? 's' : ''} perdrai${lost > 1 ? 'en' : ''}t leur place ` +
      `(${held} places sont occupées). Les derniers inscrits seraient bloqués, sans que rien soit effacé : ` +
      'confirmez ce nombre pour signer, ou réduisez la diminution.',
    { seatsLost: lost, held, confirmed, items: seatsLost.map((item) => ({ ...item })) },
  );
}

export function totalLost(seatsLost: readonly SeatsLost[]): number {
  return seatsLost.reduce((sum, { lost }) => sum + lost, 0);
}
