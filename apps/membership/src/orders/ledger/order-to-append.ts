import { randomUUID } from 'node:crypto';
import { event, type NewEvent, OrderSignedSchema } from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import { type Order, type OrderKind, type OrderLine, orderNumberOf } from '../domain/order.js';
import { chain } from './ledger-hash.js';
import { toOrderMessage } from './order-message.js';
import type { MembershipLedger } from './orders.repository.js';

export type OrderToRecord = {
  readonly kind: OrderKind;
  readonly lines: readonly OrderLine[];
  readonly signedBy: string;
  readonly restsOn: readonly DocumentReference[];
};

/** An order with its place in the chain (ORD-7). */
export type OrderToAppend = {
  readonly order: Order;
  readonly chained: {
    readonly previousHash: string;
    readonly content: string;
    readonly hash: string;
  };
};

/** The order that follows the head of a ledger, already judged. */
export function orderAtHead(
  ledger: MembershipLedger,
  { kind, lines, signedBy, restsOn }: OrderToRecord,
  today: LocalDate,
): OrderToAppend {
  const ledgerPosition = ledger.ledgerPosition + 1;
  const order: Order = {
    orderId: randomUUID(),
    membershipId: ledger.membershipId,
    number: orderNumberOf(ledgerPosition),
    kind,
    signedOn: today,
    signedBy,
    lines,
    restsOn,
    ledgerPosition,
  };
  const previousHash = ledger.ledgerHead;
  return { order, chained: { previousHash, ...chain(previousHash, order) } };
}

/** The fact of its signing, with the version that it raises the membership to. */
export function signedEventOf(
  { membershipId, version }: MembershipLedger,
  { order, chained }: OrderToAppend,
): NewEvent {
  return event(OrderSignedSchema, membershipId, {
    membershipId,
    membershipVersion: version + 1,
    order: toOrderMessage(order),
    ledgerHead: chained.hash,
  });
}
