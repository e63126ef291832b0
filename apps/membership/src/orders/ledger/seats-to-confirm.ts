import { Injectable } from '@nestjs/common';
import { DomainError, orRefusal } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { Seats } from '../../seats/seats.module.js';
import { earliestDayOf, type OrderKind, type OrderLine } from '../domain/order.js';
import { judge, type Ledger } from '../domain/order-ledger.js';
import {
  loweredBy,
  loweredSince,
  requireConfirmed,
  type SeatsLost,
  totalLost,
} from '../domain/seats-at-stake.js';
import { type MembershipLedger, OrderLedgers } from './order-ledgers.pg.js';

/** Seats at stake as provisioning told before the transaction, or why it did not. */
export type SeatsTold = readonly SeatsLost[] | DomainError;

/** How many lose their seat, once it was told. */
export const lostOf = (told: SeatsTold): number =>
  told instanceof DomainError ? 0 : totalLost(told);

/** How many would lose their seat, and whether the person has said that it knows (PRV-7). */
@Injectable()
export class SeatsToConfirm {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly seats: Seats,
  ) {}

  /** Throws a refusal `unavailable` where nobody answers. */
  async count(
    { membershipId, status, endsOn, items }: MembershipLedger,
    lines: readonly OrderLine[],
    today: LocalDate,
  ): Promise<readonly SeatsLost[]> {
    // Nobody holds a seat of a membership that is not in force.
    if (status !== 'ACTIVE' || !endsOn || endsOn <= today) return [];
    const lowered = loweredSince(loweredBy(items, lines), today);
    return lowered.length > 0 ? this.seats.countLost(membershipId, lowered) : [];
  }

  /**
   * Before the transaction, so that no lock waits for another service. Its silence is told inside it:
   * a repeated key gets its first answer, whether provisioning is there or not. Provisioning is called for a ledger that
   * `permitted` returns; what that throws is thrown again in the transaction.
   */
  ask(
    membershipId: string,
    lines: readonly OrderLine[],
    permitted: (found: MembershipLedger | undefined) => MembershipLedger,
  ): Promise<SeatsTold> {
    return orRefusal(async () => {
      // An order that only adds takes nobody's seat.
      if (!lines.some(({ delta }) => delta < 0)) return [];
      const { today, ledger } = await this.ledgers.findToday(membershipId, earliestDayOf(lines));
      return this.count(permitted(ledger), lines, today);
    });
  }

  /** Gives what was told; throws why it was not, what `judge` throws, or SeatsLostUnconfirmed. */
  require(
    seats: SeatsTold,
    confirmed: number,
    ledger: Ledger,
    { kind, lines }: { readonly kind: OrderKind; readonly lines: readonly OrderLine[] },
    today: LocalDate,
  ): readonly SeatsLost[] {
    if (seats instanceof DomainError) throw seats;
    if (totalLost(seats) > confirmed) {
      // What the floor forbids is said first: no confirmation would help.
      judge(ledger, kind, lines, today);
      requireConfirmed(seats, confirmed);
    }
    return seats;
  }
}
