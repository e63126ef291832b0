import type { Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { OrderLine } from '../domain/order.js';

export type OrderToSign = {
  readonly membershipId: string;
  readonly lines: readonly OrderLine[];
  /** How many holders may lose their seat: what the preview said (PRV-7). */
  readonly confirmedSeatsLost: number;
  /** An orderer of the member: nobody else commits its money. */
  readonly caller: Caller;
  /** The draft that becomes this order, if and only if it is signed (sign-draft.ts). */
  readonly draft?: DraftBecoming | undefined;
};

export type DraftBecoming = {
  /** What the idempotency key stands for, instead of the lines. */
  readonly request: Readonly<Record<string, string | number>>;
  /** Behind the membership's lock; throws to refuse. */
  readonly check: (tx: Transaction) => Promise<void>;
  readonly close: (tx: Transaction, orderId: string) => Promise<void>;
};

/** What the journal keeps of a signature besides who, when and which order. */
export function auditDetailsOf(
  { lines, draft }: OrderToSign,
  hash: string,
  seatsLost: number,
): Record<string, unknown> {
  return { hash, lines, ...draft?.request, ...(seatsLost > 0 && { seatsLost }) };
}
