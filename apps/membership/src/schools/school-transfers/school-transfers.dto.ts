import { type ComplementaryLine, plain, type SchoolTransferTerms } from '#libs/contracts';
import type { OrderLine } from '../../orders/ledger/orders.module.js';
import { totalMissing } from './domain/seats-needed.js';
import type { TransferTerms } from './domain/transfer.js';
import type { TransferPreview } from './preview-transfer.js';

// The contract's bounds hold by now: schools and days are what they should be.
export const fromTerms = (terms: SchoolTransferTerms | undefined) =>
  plain(terms!) as unknown as TransferTerms;

export const fromComplementary = (lines: readonly ComplementaryLine[]) =>
  lines.map(plain) as OrderLine[];

export const toPreviewMessage = ({ refusal, seats, warnings }: TransferPreview) => ({
  refusalCode: refusal?.code ?? '',
  refusal: refusal?.message ?? '',
  seats,
  seatsMissing: totalMissing(seats),
  warnings,
});
