import { type LocalDate, localDate, minDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';

/**
 * INITIAL: recorded at activation, equal to C (ORD-1). CORRECTION: by the coordinator, past days too
 * (ORD-4). SUCCESSION: a member's share in a succession, whose day may be past (ADH-5).
 */
export type OrderKind = 'INITIAL' | 'ORDINARY' | 'CORRECTION' | 'SUCCESSION';

/** A change of the quantity ordered of an item, from a day on. */
export type OrderLine = {
  readonly itemCode: string;
  readonly effectiveFrom: LocalDate;
  /** Accounts more or fewer; never 0. */
  readonly delta: number;
};

/** The first day on which an order changes anything; without lines a day after all others. */
export function earliestDayOf(lines: readonly OrderLine[]): LocalDate {
  return lines.reduce(
    (day, { effectiveFrom }) => minDate(day, effectiveFrom),
    localDate('9999-12-31'),
  );
}

/** A signed bon de commande (ORD-1). */
export type Order = {
  readonly orderId: string;
  readonly membershipId: string;
  readonly number: string;
  readonly kind: OrderKind;
  readonly signedOn: LocalDate;
  /** User id; never a name. */
  readonly signedBy: string;
  readonly lines: readonly OrderLine[];
  readonly restsOn: readonly DocumentReference[];
  /** Place in the ledger of the membership, 1 upwards. */
  readonly ledgerPosition: number;
};

/** The number as printed, unique in the membership. */
export function orderNumberOf(ledgerPosition: number): string {
  return `BC-${String(ledgerPosition).padStart(4, '0')}`;
}

/**
 * The text whose digest, after the previous order's, is the order's hash (ORD-7). Never change its
 * shape: every hash ever given rests on it.
 */
export function canonicalContent(order: Order): string {
  return JSON.stringify([
    'ent-order-1',
    order.membershipId,
    order.ledgerPosition,
    order.orderId,
    order.number,
    order.kind,
    order.signedOn,
    order.signedBy,
    order.lines.map(({ itemCode, effectiveFrom, delta }) => [itemCode, effectiveFrom, delta]),
    order.restsOn.map(({ kind, title, sha256, datedOn }) => [kind, title, sha256, datedOn]),
  ]);
}

/** Reads it back; undefined where it is of no known shape: the text of a ledger that somebody changed may be anything. */
export function readCanonicalContent(content: string) {
  const order = jsonOf(content);
  if (!Array.isArray(order) || order[0] !== 'ent-order-1' || !Array.isArray(order[8])) return;
  const lines = order[8]
    .filter(Array.isArray)
    .map(([itemCode, effectiveFrom, delta]: unknown[]) => ({
      itemCode: String(itemCode),
      effectiveFrom: String(effectiveFrom),
      delta: Number(delta),
    }));
  return { ledgerPosition: Number(order[2]), lines };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
