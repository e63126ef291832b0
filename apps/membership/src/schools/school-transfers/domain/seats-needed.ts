import type { LocalDate } from '#libs/time';
import { type SeatsHeld, seatsHeldIn } from '#libs/trade';
import { ComplementaryOrderInvalid, SeatsMissing } from './transfer.js';

/** What provisioning told before the transaction. */
export type SeatsTold = {
  readonly giver: readonly SeatsHeld[];
  readonly receiver: readonly SeatsHeld[];
  /** Seats that transfers planned before will bring to the receiver, per item. */
  readonly arriving: ReadonlyMap<string, number>;
};

/** What the receiver orders of an item, at the least, on a day from the transfer on. */
export type LeastOrdered = {
  readonly itemCode: string;
  readonly label: string;
  readonly quantity: number;
  readonly from: LocalDate;
};

export type SeatsNeeded = {
  readonly itemCode: string;
  readonly label: string;
  readonly moving: number;
  /** By the receiver today, with those that will have come by then. */
  readonly held: number;
  readonly ordered: number;
  readonly missing: number;
  readonly leastOn: LocalDate;
};

/**
 * Seats that those who pass would not find at the receiver (SCH-2): of the items of which anybody passes.
 * Who already waits has none to bring, and displaces nobody (PRV-2). A tolerance of the market is not counted on.
 */
export function seatsNeeded(
  told: SeatsTold,
  uais: readonly string[],
  ordered: readonly LeastOrdered[],
): SeatsNeeded[] {
  return ordered.flatMap(({ itemCode, label, quantity, from }) => {
    const moving = seatsHeldIn(uais, told.giver, itemCode);
    if (moving === 0) return [];
    const there = told.receiver.find((item) => item.itemCode === itemCode)?.held ?? 0;
    const held = there + (told.arriving.get(itemCode) ?? 0);
    const missing = Math.min(moving, Math.max(0, held + moving - quantity));
    return [{ itemCode, label, moving, held, ordered: quantity, missing, leastOn: from }];
  });
}

export function totalMissing(seats: readonly SeatsNeeded[]): number {
  return seats.reduce((sum, { missing }) => sum + missing, 0);
}

/**
 * Nobody takes schools on without seats for them (SCH-2). With a complementary order its orderer may confirm how many
 * seats it still leaves missing: those pupils will wait (PRV-2, PRV-7). Throws SeatsMissing with every figure.
 */
export function requireSeats(
  seats: readonly SeatsNeeded[],
  order: { readonly hasLines: boolean; readonly confirmed: number },
): void {
  const missing = totalMissing(seats);
  if (missing === 0 || (order.hasLines && missing <= order.confirmed)) return;
  const [more, one] = [missing > 1, missing === 1];
  throw new SeatsMissing(
    `Il manque ${missing} place${more ? 's' : ''} au membre qui reçoit ${one ? 'pour un compte' : 'pour les comptes'} de ces écoles. ` +
      (order.hasLines
        ? 'Augmentez la commande complémentaire, ou confirmez ce nombre : ces élèves attendront une place.'
        : 'Son ordonnateur doit accepter le transfert avec une commande complémentaire.'),
    {
      missing,
      confirmed: order.confirmed,
      items: seats.filter((item) => item.missing > 0).map((item) => ({ ...item })),
    },
  );
}

/** A complementary order only adds: what lowers is an order of its own, with what it costs (PRV-7). */
export function checkComplementary(lines: readonly { readonly delta: number }[]): void {
  if (lines.every(({ delta }) => delta > 0)) return;
  throw new ComplementaryOrderInvalid(
    'Une commande complémentaire ne fait qu’augmenter les quantités : passez les diminutions dans une autre commande.',
  );
}
