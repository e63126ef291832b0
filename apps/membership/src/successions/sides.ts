import type { MembershipLedger } from '../orders/ledger/orders.module.js';
import type { Side } from './domain/succession.js';

/** A membership's ledger as a side of a succession. */
export function sideOf(ledger: MembershipLedger, endCause: string | undefined): Side {
  const { status, startsOn, endsOn, floorScope, items } = ledger;
  return {
    status,
    floorScope,
    ...(startsOn && endsOn ? { startsOn, endsOn } : {}),
    ...(endCause === undefined ? {} : { endCause }),
    holdings: items.map(({ itemCode, label, commitment, timeline }) => ({
      itemCode,
      label,
      commitment,
      ordered: timeline,
    })),
  };
}
