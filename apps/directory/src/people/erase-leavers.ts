import { Injectable } from '@nestjs/common';
import { PersonErasedSchema, tombstone } from '#libs/contracts';
import { DayHandler, Outbox } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { People } from './people.pg.js';
import { PersonFacts } from './person-facts.pg.js';

export class ErasureDelay {
  constructor(readonly days: number) {}
}

/** Erases on its day whoever has been gone long enough (SUP-4); the proof holds ids and a count only. */
@Injectable()
export class EraseLeavers extends DayHandler {
  constructor(
    private readonly people: People,
    private readonly facts: PersonFacts,
    private readonly outbox: Outbox,
    private readonly delay: ErasureDelay,
  ) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    const { erasedIds, relativeIds } = await this.people.eraseLeavers(tx, day, this.delay.days);
    if (erasedIds.length === 0) return;
    await this.outbox.add(tx, ...erasedIds.map((id) => tombstone(PersonErasedSchema, id)));
    await this.outbox.add(tx, ...(await this.facts.of(tx, relativeIds, '')));
    await audit(tx, {
      actor: 'directory',
      action: 'leavers.erased',
      subject: `day ${day}`,
      businessDate: day,
      details: { count: erasedIds.length, personIds: erasedIds },
    });
  }
}
