import type { Membership } from '#libs/contracts';

/** What a list and a dashboard tell of a membership: its figures and its ledger's head stay behind, by name. */
export const toMembership = (membership: Membership) => ({
  membershipId: membership.membershipId,
  name: membership.organisation?.name ?? '',
  siren: membership.organisation?.siren ?? '',
  kind: membership.organisation?.kind ?? '',
  marketCode: membership.marketCode,
  status: membership.status,
  period: {
    startsOn: membership.period?.startsOn ?? '',
    endsOn: membership.period?.endsOn ?? '',
  },
  annexe2: membership.annexe2 && {
    title: membership.annexe2.title,
    datedOn: membership.annexe2.datedOn,
    sha256: membership.annexe2.sha256,
  },
});
