import type { MessageInitShape } from '@bufbuild/protobuf';
import type { OrderDraftSchema, OrderToAcknowledgeSchema } from '#libs/contracts';
import { decodeCursor, unreadableCursor } from '#libs/http';
import { isLocalDate, type LocalDate } from '#libs/time';
import { type Draft, linesOn } from './domain/draft.js';
import { toRecordedOrderMessage } from './ledger/order-message.js';
import type { OrderToAcknowledge } from './notices/order-notices.pg.js';

/** Position of the last draft seen. Throws CursorInvalid. */
export function fromDraftCursor(cursor: string | undefined): number | undefined {
  const [before] = decodeCursor(cursor, 1) ?? [];
  if (before === undefined || Number.isSafeInteger(before)) return before as number | undefined;
  throw unreadableCursor();
}

/** Day and order of the last notice seen. Throws CursorInvalid. */
export function fromNoticeCursor(
  cursor: string | undefined,
): readonly [string, string] | undefined {
  const after = decodeCursor(cursor, 2);
  if (after === undefined) return undefined;
  const [day = '', orderId = ''] = after.map(String);
  if (!isLocalDate(day)) throw unreadableCursor();
  return [day, orderId];
}

/** A draft with its lines as they would be signed on that day. */
export function toDraftMessage(
  draft: Draft,
  on: LocalDate,
): MessageInitShape<typeof OrderDraftSchema> {
  const { orderId, itemCode: _itemCode, changedBy: _changedBy, ...shown } = draft;
  return {
    ...shown,
    lines: linesOn(draft, on).map(({ delta, ...line }) => ({ ...line, delta })),
    orderId: orderId ?? '',
  };
}

export function toOrderToAcknowledge({
  recorded,
  organisationName,
  siren,
}: OrderToAcknowledge): MessageInitShape<typeof OrderToAcknowledgeSchema> {
  return {
    membershipId: recorded.order.membershipId,
    organisationName,
    siren,
    order: toRecordedOrderMessage(recorded),
  };
}
