import { Injectable } from '@nestjs/common';
import { event, MembershipEndedSchema } from '#libs/contracts';
import { DayHandler, Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Memberships } from './memberships.repository.js';

/** Memberships end with their market (ADH-6). Runs once per day, in the transaction that begins it. */
@Injectable()
export class EndMemberships extends DayHandler {
  constructor(
    private readonly memberships: Memberships,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    const ended = await this.memberships.endDue(tx, day, 'END_OF_MARKET');
    await this.outbox.add(
      tx,
      ...ended.map(({ membershipId, version, endsOn }) =>
        event(MembershipEndedSchema, membershipId, {
          membershipId,
          membershipVersion: BigInt(version),
          endsOn,
          cause: 'END_OF_MARKET',
        }),
      ),
    );
  }
}
