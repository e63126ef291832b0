import { Injectable } from '@nestjs/common';
import { DomainError, orRefusal } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { CountSeatsLost } from './count-seats-lost.js';
import type { OrderKind, OrderLine } from '../domain/order.js';
import { judge, type Ledger } from '../domain/order-ledger.js';
import { requireConfirmed, type SeatsLost, totalLost } from '../domain/seats-at-stake.js';

/** Seats at stake as provisioning told before the transaction, or why it did not. */
export type SeatsTold = readonly SeatsLost[] | DomainError;

/** How many lose their seat, once it was told. */
export const lostOf = (told: SeatsTold): number =>
  told instanceof DomainError ? 0 : totalLost(told);

/** How many would lose their seat, and whether the person has said that it knows (PRV-7). */
@Injectable()
export class SeatsToConfirm {
  constructor(private readonly countSeatsLost: CountSeatsLost) {}

  /**
   * Before the transaction, so that no lock waits for another service. Its silence is told inside it:
   * a repeated key gets its first answer, whether provisioning is there or not.
   */
  ask(membershipId: string, lines: readonly OrderLine[]): Promise<SeatsTold> {
    return orRefusal(() => this.countSeatsLost.execute(membershipId, lines));
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
