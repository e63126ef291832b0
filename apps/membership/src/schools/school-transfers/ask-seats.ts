import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { type DomainError, orRefusal } from '#libs/problems';
import { Seats } from '../../seats/seats.module.js';
import { seatsHeldIn } from '#libs/trade';
import type { SeatsTold } from './domain/seats-needed.js';
import type { TransferTerms } from './domain/transfer.js';
import { SchoolTransfers } from './school-transfers.pg.js';

/** Asks provisioning who holds a seat where, before a transaction: no lock waits for another service. */
@Injectable()
export class AskSeats {
  constructor(
    private readonly seats: Seats,
    private readonly transfers: SchoolTransfers,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Its silence comes back as the refusal it is: a repeated key gets its first answer all the same. */
  execute({
    fromMembershipId,
    toMembershipId,
  }: Pick<TransferTerms, 'fromMembershipId' | 'toMembershipId'>): Promise<SeatsTold | DomainError> {
    return orRefusal(async () => {
      const [giver, receiver, arriving] = await Promise.all([
        this.seats.heldBy(fromMembershipId),
        this.seats.heldBy(toMembershipId),
        this.arriving(toMembershipId),
      ]);
      return { giver, receiver, arriving };
    });
  }

  /** Per item. Two transfers planned for the same day must not count on the same free seats. */
  private async arriving(toMembershipId: string): Promise<Map<string, number>> {
    const today = await this.businessDate.today();
    const planned = await this.transfers.arriving(toMembershipId, today);
    const seats = new Map<string, number>();
    for (const { fromMembershipId, uais } of planned) {
      const held = await this.seats.heldBy(fromMembershipId);
      for (const { itemCode } of held) {
        seats.set(itemCode, (seats.get(itemCode) ?? 0) + seatsHeldIn(uais, held, itemCode));
      }
    }
    return seats;
  }
}
