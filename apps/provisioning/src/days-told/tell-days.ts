import { Injectable } from '@nestjs/common';
import { AccountDaysToldSchema, event, type NewEvent, topics } from '#libs/contracts';
import { Outbox, partitionOf, TopicEnds } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { consumes } from '../consumption.js';
import { DaysTold, type InputEnds } from './days-told.pg.js';

/**
 * States, once a day has begun, that all facts dated before it are told (BIL-5): what had been said to this service by
 * then is read, what follows from it is written, and nothing else need be idle.
 */
@Injectable()
export class TellDays {
  /** What was said by the time the day was first seen; after a restart it is looked at anew, which only waits longer. */
  private heard: { readonly day: LocalDate; readonly ends: InputEnds } | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly days: DaysTold,
    private readonly ends: TopicEnds,
    private readonly outbox: Outbox,
  ) {}

  /** Whether a day was stated. Throws BrokerUnavailable. */
  async execute(): Promise<boolean> {
    const day = await this.days.untold();
    if (day === undefined) return false;
    if (this.heard?.day !== day) {
      this.heard = { day, ends: await this.ends.ofAll(Object.keys(consumes)) };
    }
    const { ends } = this.heard;
    return this.unitOfWork.run(async (tx) => {
      if (!(await this.days.isAllTold(tx, day, ends))) return false;
      if (!(await this.days.state(tx, day))) return false;
      await this.outbox.add(tx, ...daysToldEvents(day));
      return true;
    });
  }
}

/** One for each partition: behind it lie the facts of the accounts whose keys are there. */
export function daysToldEvents(before: LocalDate): NewEvent[] {
  return partitionKeys.map((key) => event(AccountDaysToldSchema, key, { before }));
}

/** The first key of this form that falls into each partition of the account topic. */
const partitionKeys = Array.from({ length: topics.account.partitions }, (_, partition) => {
  for (let n = 0; ; n += 1) {
    const key = `days-told-${n}`;
    if (partitionOf(key, topics.account.partitions) === partition) return key;
  }
});
