import type {
  FinancedSchool,
  PreviewSchoolTransferResponse,
  SchoolTransfer,
} from '#libs/contracts';
import type { ComplementaryBody } from './schools.dto.js';

export const toFinancedSchool = (link: FinancedSchool) => ({
  membershipId: link.membershipId,
  uai: link.uai,
  period: { startsOn: link.period?.startsOn ?? '', endsOn: link.period?.endsOn ?? '' },
  state: link.state,
  insee: link.insee,
  territoryException: link.territoryException,
  exceptionDocumentId: link.exceptionDocumentId,
  endReason: link.endReason,
});

export const toTransfer = (transfer: SchoolTransfer) => ({
  transferId: transfer.transferId,
  marketCode: transfer.marketCode,
  fromMembershipId: transfer.fromMembershipId,
  fromName: transfer.fromName,
  toMembershipId: transfer.toMembershipId,
  toName: transfer.toName,
  uais: transfer.uais,
  effectiveOn: transfer.effectiveOn,
  document: {
    kind: transfer.document?.kind ?? '',
    title: transfer.document?.title ?? '',
    datedOn: transfer.document?.datedOn ?? '',
  },
  status: transfer.status,
  proposedOn: transfer.proposedOn,
  decidedOn: transfer.decidedOn,
  seatsMissing: transfer.seatsMissing,
  orderId: transfer.orderId,
});

export const toPreview = (preview: PreviewSchoolTransferResponse) => ({
  refusal:
    preview.refusalCode === '' ? null : { code: preview.refusalCode, message: preview.refusal },
  seats: preview.seats.map((item) => ({
    itemCode: item.itemCode,
    label: item.label,
    moving: item.moving,
    held: item.held,
    ordered: item.ordered,
    missing: item.missing,
    leastOn: item.leastOn,
  })),
  seatsMissing: preview.seatsMissing,
  warnings: preview.warnings,
});

export const fromLine = ({ delta, ...line }: ComplementaryBody['lines'][number]) => ({
  ...line,
  delta,
});
