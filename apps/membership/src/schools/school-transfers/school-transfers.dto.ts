import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  PreviewSchoolTransferResponseSchema,
  SchoolTransferSchema,
  SchoolTransferTerms,
} from '#libs/contracts';
import { parseUai } from '#libs/identifiers';
import { localDate } from '#libs/time';
import { totalMissing } from './domain/seats-needed.js';
import { schoolsMax, TransferInvalid, type TransferTerms } from './domain/transfer.js';
import type { TransferPreview } from './preview-transfer.js';
import type { TransferView } from './school-transfers.pg.js';

/** Throws TransferInvalid, UaiInvalid, DateInvalid. */
export function fromTerms(terms: SchoolTransferTerms | undefined): TransferTerms {
  const uais = terms?.uais ?? [];
  if (!terms || uais.length > schoolsMax || terms.documentId === '') {
    throw new TransferInvalid(
      `Indiquez les deux membres, de 1 à ${schoolsMax} écoles, le jour, et le document qui décide du transfert.`,
      { schools: uais.length },
    );
  }
  return {
    fromMembershipId: terms.fromMembershipId,
    toMembershipId: terms.toMembershipId,
    uais: uais.map(parseUai),
    effectiveOn: localDate(terms.effectiveOn),
    documentId: terms.documentId,
    territoryException: terms.territoryException.trim().slice(0, 500),
    exceptionDocumentId: terms.exceptionDocumentId,
  };
}

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
}: TransferPreview): MessageInitShape<typeof PreviewSchoolTransferResponseSchema> {
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
