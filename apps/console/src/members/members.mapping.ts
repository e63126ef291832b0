import type {
  ItemTimeline,
  Membership,
  Order,
  OrderDraft,
  OrderLine,
  Period,
  QuantityFrom,
  Refusal,
  SeatsLost,
} from '#libs/contracts';
import { marginSteps } from './domain/margin.js';

export const toPeriod = (period: Period | undefined) => ({
  startsOn: period?.startsOn ?? '',
  endsOn: period?.endsOn ?? '',
});

export const toMembership = (membership: Membership) => ({
  membershipId: membership.membershipId,
  name: membership.organisation?.name ?? '',
  siren: membership.organisation?.siren ?? '',
  kind: membership.organisation?.kind ?? '',
  marketCode: membership.marketCode,
  status: membership.status,
  period: toPeriod(membership.period),
  annexe2: membership.annexe2 && {
    title: membership.annexe2.title,
    datedOn: membership.annexe2.datedOn,
    sha256: membership.annexe2.sha256,
  },
});

export const toTimeline = (timeline: ItemTimeline) => ({
  itemCode: timeline.itemCode,
  commitment: timeline.commitment,
  ordered: timeline.ordered.map(toStep),
  committed: timeline.committed.map(toStep),
  margin: marginSteps(timeline.ordered.map(toStep), timeline.committed.map(toStep)),
});

const toStep = ({ from, quantity }: QuantityFrom) => ({ from, quantity });

const toLine = ({ itemCode, effectiveFrom, delta }: OrderLine) => ({
  itemCode,
  effectiveFrom,
  delta,
});

/** A draft as it would be signed today. Who prepared it is an account's id, which tells people nothing. */
export const toDraft = (draft: OrderDraft) => ({
  draftId: draft.draftId,
  membershipId: draft.membershipId,
  version: draft.version,
  status: draft.status,
  cause: draft.cause,
  note: draft.note,
  preparedOn: draft.preparedOn,
  lines: draft.lines.map(toLine),
  orderId: draft.orderId,
});

export const toOrder = (order: Order) => ({
  orderId: order.orderId,
  number: order.number,
  kind: order.kind,
  status: order.status,
  signedOn: order.signedOn,
  notifiedOn: order.notifiedOn,
  acknowledgedOn: order.acknowledgedOn,
  lines: order.lines.map(toLine),
  restsOn: order.restsOn.map(({ kind, title, datedOn }) => ({ kind, title, datedOn })),
});

export const toRefusal = (refusal: Refusal) => ({
  code: refusal.code,
  message: refusal.message,
  itemCode: refusal.itemCode,
  firstDay: refusal.firstDay,
  wouldBe: refusal.wouldBe,
  commitment: refusal.commitment,
  shortfall: refusal.shortfall,
  maximum: refusal.maximum,
  excess: refusal.excess,
});

export const toSeatsLost = ({ itemCode, held, lost }: SeatsLost) => ({
  itemCode,
  held,
  lost,
});
