import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { EntRetries } from './ent-retries.pg.js';

/** Retries that ended stay three months: figures, and account ids. */
@Injectable()
export class ForgetRetries extends DayHandler {
  constructor(private readonly retries: EntRetries) {
    super();
  }

  onDay(tx: Transaction, day: LocalDate): Promise<void> {
    return this.retries.forget(tx, day);
  }
}
