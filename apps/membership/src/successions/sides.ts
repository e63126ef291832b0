import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Memberships } from '../adhesion/memberships/register.module.js';
import { OrderLedgers } from '../orders/ledger/orders.module.js';
import type { Side } from './domain/succession.js';

/** A membership with its ledger, as a side of a succession. */
@Injectable()
export class Sides {
  constructor(
    private readonly memberships: Memberships,
    private readonly ledgers: OrderLedgers,
  ) {}

  /** Locks the membership. */
  async of(tx: Transaction, membershipId: string, since: LocalDate): Promise<Side> {
    const membership = await this.memberships.findForUpdate(tx, membershipId);
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, since);
    if (!membership || !ledger) throw new RangeError(`membership ${membershipId} is gone`);
    const { status, startsOn, endsOn, floorScope, items } = ledger;
    return {
      status,
      floorScope,
      ...(startsOn && endsOn ? { startsOn, endsOn } : {}),
      ...(membership.endCause === undefined ? {} : { endCause: membership.endCause }),
      holdings: items.map(({ itemCode, label, commitment, timeline }) => ({
        itemCode,
        label,
        commitment,
        ordered: timeline,
      })),
    };
  }
}
