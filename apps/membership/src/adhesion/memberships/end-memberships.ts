import { Injectable } from '@nestjs/common';
import { event, MembershipEndedSchema } from '#libs/contracts';
import { DayHandler, Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { MembershipEnds } from './membership-ends.repository.js';

/**
 * Memberships end on their day: with their market, or earlier for the cause that was kept (ADH-6, WDR-2,
 * EXC-1). Runs once per day, in the transaction that begins it.
 */
@Injectable()
export class EndMemberships extends DayHandler {
  constructor(
    private readonly ends: MembershipEnds,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  onDay(tx: Transaction, day: LocalDate): Promise<void> {
    return this.execute(tx, day);
  }

  /** What is due by `day`, of all memberships or of one. */
  async execute(tx: Transaction, day: LocalDate, membershipId?: string): Promise<void> {
    const ended = await this.ends.endDue(tx, day, membershipId);
    await this.outbox.add(
      tx,
      ...ended.map(({ membershipId: id, version, endsOn, cause }) =>
        event(MembershipEndedSchema, id, {
          membershipId: id,
          membershipVersion: version,
          endsOn,
          cause,
        }),
      ),
    );
  }
}
