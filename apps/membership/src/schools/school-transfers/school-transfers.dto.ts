import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type ComplementaryLine,
  plain,
  type SchoolTransferPreviewSchema,
  type SchoolTransferSchema,
  type SchoolTransferTerms,
} from '#libs/contracts';
import type { OrderLine } from '../../orders/ledger/orders.module.js';
import { totalMissing } from './domain/seats-needed.js';
import type { TransferTerms } from './domain/transfer.js';
import type { TransferPreview } from './preview-transfer.js';
import type { TransferView } from './school-transfers.pg.js';

// The contract's bounds hold by now: schools and days are what they should be.
export const fromTerms = (terms: SchoolTransferTerms | undefined) =>
  plain(terms!) as unknown as TransferTerms;

export const fromComplementary = (lines: readonly ComplementaryLine[]) =>
  lines.map(plain) as OrderLine[];

export function toTransferMessage(
  transfer: TransferView,
): MessageInitShape<typeof SchoolTransferSchema> {
  const { documentId: _, ...document } = transfer.document;
  return {
    transferId: transfer.transferId,
    marketCode: transfer.marketCode,
    fromMembershipId: transfer.fromMembershipId,
    fromName: transfer.fromName,
    toMembershipId: transfer.toMembershipId,
    toName: transfer.toName,
    uais: [...transfer.uais],
    effectiveOn: transfer.effectiveOn,
    document,
    status: transfer.status,
    proposedOn: transfer.proposedOn,
    decidedOn: transfer.decidedOn,
    seatsMissing: transfer.seatsMissing,
    orderId: transfer.orderId,
  };
}

export function toPreviewMessage({
  refusal,
  seats,
  warnings,
}: TransferPreview): MessageInitShape<typeof SchoolTransferPreviewSchema> {
  return {
    refusalCode: refusal?.code ?? '',
    refusal: refusal?.message ?? '',
    seats: seats.map((item) => ({
      itemCode: item.itemCode,
      label: item.label,
      moving: item.moving,
      held: item.held,
      ordered: item.ordered,
      missing: item.missing,
      leastOn: item.leastOn,
    })),
    seatsMissing: totalMissing(seats),
    warnings: [...warnings],
  };
}
