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
  const { uais, ...shown } = transfer;
  const { documentId: _, ...document } = transfer.document;
  return { ...shown, uais: [...uais], document };
}

export function toPreviewMessage({
  refusal,
  seats,
  warnings,
}: TransferPreview): MessageInitShape<typeof SchoolTransferPreviewSchema> {
  return {
    refusalCode: refusal?.code ?? '',
    refusal: refusal?.message ?? '',
    seats: [...seats],
    seatsMissing: totalMissing(seats),
    warnings: [...warnings],
  };
}
