import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Memberships } from './memberships.pg.js';

/**
 * Memberships end on their day: with their market, or earlier for the cause that was kept (ADH-6, WDR-2,
 * EXC-1). Runs once per day, in the transaction that begins it.
 */
@Injectable()
export class EndMemberships extends DayHandler {
  constructor(private readonly memberships: Memberships) {
    super();
  }

  onDay(tx: Transaction, day: LocalDate): Promise<void> {
    return this.memberships.endDue(tx, day);
  }

  override nextDay(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    return this.memberships.nextEnd(tx, day);
  }
}
