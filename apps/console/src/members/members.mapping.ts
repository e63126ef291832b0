import type {
  ItemTimeline,
  Membership,
  Period,
  QuantityFrom,
  Refusal,
  SeatsLost,
} from '#libs/contracts';

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
  margin: timeline.margin.map(toStep),
});

const toStep = ({ from, quantity }: QuantityFrom) => ({ from, quantity });

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
