import type {
  PreviewedItem,
  PreviewSuccessionResponse,
  SideFigures,
  Succession,
} from '#libs/contracts';
import type { PlanGiven } from './successions.dto.js';

export const fromPlan = ({ document, ...plan }: PlanGiven) => ({
  ...plan,
  ...(document ? { document } : {}),
});

export const toSuccession = (succession: Succession) => ({
  successionId: succession.successionId,
  groupId: succession.groupId,
  market: succession.marketCode,
  kind: succession.kind,
  effectiveOn: succession.effectiveOn,
  status: succession.status,
  predecessorMembershipId: succession.predecessorMembershipId,
  predecessorName: succession.predecessorName,
  successorOrganisationId: succession.successorOrganisationId,
  successorName: succession.successorName,
  successorMembershipId: succession.successorMembershipId,
  successorCreated: succession.successorCreated,
  document: {
    kind: succession.document?.kind ?? '',
    title: succession.document?.title ?? '',
    datedOn: succession.document?.datedOn ?? '',
    sha256: succession.document?.sha256 ?? '',
  },
  movedLines: succession.movedLines.map(({ line, beneficiary, itemCode, quantity }) => ({
    line,
    beneficiary,
    itemCode,
    quantity,
  })),
  schools: succession.schools,
  moved: succession.moved.map(({ itemCode, commitment, ordered }) => ({
    itemCode,
    commitment,
    ordered,
  })),
  plannedOn: succession.plannedOn,
  decidedOn: succession.decidedOn,
  reasonCode: succession.reasonCode,
  reason: succession.reason,
  predecessorOrderId: succession.predecessorOrderId,
  successorOrderIds: succession.successorOrderIds,
});

export const toPreview = (preview: PreviewSuccessionResponse) => ({
  refusalCode: preview.refusalCode,
  refusal: preview.refusal,
  items: preview.items.map(toItem),
  schools: preview.schools,
  createsMembership: preview.createsMembership,
  seatsKnown: preview.seatsKnown,
});

const toItem = (item: PreviewedItem) => ({
  itemCode: item.itemCode,
  label: item.label,
  commitmentMoved: item.commitmentMoved,
  orderedMoved: item.orderedMoved,
  least: item.least,
  most: item.most,
  predecessor: toFigures(item.predecessor),
  successor: toFigures(item.successor),
  seatsMoving: item.seatsMoving,
  seatsMissing: item.seatsMissing,
});

const toFigures = (figures: SideFigures | undefined) => ({
  commitmentBefore: figures?.commitmentBefore ?? 0,
  commitmentAfter: figures?.commitmentAfter ?? 0,
  orderedBefore: figures?.orderedBefore ?? 0,
  orderedAfter: figures?.orderedAfter ?? 0,
  seatsHeld: figures?.seatsHeld ?? 0,
});
