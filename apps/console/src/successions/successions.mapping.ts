import type {
  PreviewedItem,
  PreviewSuccessionResponse,
  SideFigures,
  Succession,
} from '#libs/contracts';
import type { PlanGiven } from './successions.dto.js';

export const fromPlan = ({ document, quantities, ...plan }: PlanGiven) => ({
  ...plan,
  ...(document ? { document } : {}),
  quantities: quantities.map(({ itemCode, quantity }) => ({
    itemCode,
    quantity: BigInt(quantity),
  })),
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
    quantity: Number(quantity),
  })),
  schools: succession.schools,
  moved: succession.moved.map(({ itemCode, commitment, ordered }) => ({
    itemCode,
    commitment: Number(commitment),
    ordered: Number(ordered),
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
  commitmentMoved: Number(item.commitmentMoved),
  orderedMoved: Number(item.orderedMoved),
  least: Number(item.least),
  most: Number(item.most),
  predecessor: toFigures(item.predecessor),
  successor: toFigures(item.successor),
  seatsMoving: Number(item.seatsMoving),
  seatsMissing: Number(item.seatsMissing),
});

const toFigures = (figures: SideFigures | undefined) => ({
  commitmentBefore: Number(figures?.commitmentBefore ?? 0),
  commitmentAfter: Number(figures?.commitmentAfter ?? 0),
  orderedBefore: Number(figures?.orderedBefore ?? 0),
  orderedAfter: Number(figures?.orderedAfter ?? 0),
  seatsHeld: Number(figures?.seatsHeld ?? 0),
});
