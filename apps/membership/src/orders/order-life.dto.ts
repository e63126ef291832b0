import type { MessageInitShape } from '@bufbuild/protobuf';
import type { OrderDraftSchema, OrderToAcknowledgeSchema } from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import { type Draft, linesOn } from './domain/draft.js';
import { toRecordedOrderMessage } from './ledger/order-message.js';
import type { OrderToAcknowledge } from './notices/order-notices.pg.js';

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
