import { Injectable } from '@nestjs/common';
import { Seats } from '../../seats/seats.module.js';
import type { LocalDate } from '#libs/time';
import { loweredBy, loweredSince, type SeatsLost } from '../domain/seats-at-stake.js';
import { earliestDayOf, type OrderLine } from '../domain/order.js';
import { type MembershipLedger, OrderLedgers } from './order-ledgers.pg.js';

/** How many would lose their seat with an order: asked before its transaction (PRV-7). */
@Injectable()
export class CountSeatsLost {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly seats: Seats,
  ) {}

  /** Nothing is asked for an order that only adds. Throws a refusal `unavailable` where nobody answers. */
  async execute(membershipId: string, lines: readonly OrderLine[]): Promise<readonly SeatsLost[]> {
    if (!lines.some(({ delta }) => delta < 0)) return [];
    const { today, ledger } = await this.ledgers.findToday(membershipId, earliestDayOf(lines));
    return ledger ? this.withLedger(ledger, lines, today) : [];
  }

  /** The same for a caller that has read the ledger already. */
  async withLedger(
    ledger: MembershipLedger,
    lines: readonly OrderLine[],
    today: LocalDate,
  ): Promise<readonly SeatsLost[]> {
    const { status, endsOn } = ledger;
    // Nobody holds a seat of a membership that is not in force.
    if (status !== 'ACTIVE' || !endsOn || endsOn <= today) return [];
    const lowered = loweredSince(loweredBy(ledger.items, lines), today);
    return lowered.length > 0 ? this.seats.countLost(ledger.membershipId, lowered) : [];
  }
}
