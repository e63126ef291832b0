import type { MembershipView } from './membership-views.pg.js';

export function toMembershipMessage(view: MembershipView) {
  const { startsOn, endsOn, version, annexe2, ...shown } = view;
  const kind = { kind: 'ANNEXE2', title: 'Annexe 2, tableau d’engagement' };
  return {
    ...shown,
    period: { startsOn, endsOn },
    membershipVersion: version,
    ...(annexe2 ? { annexe2: { ...kind, ...annexe2 } } : {}),
  };
}
