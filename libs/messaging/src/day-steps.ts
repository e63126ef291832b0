import type { BusinessDayStarted } from '#libs/contracts';
import { daysAtOnceMax, daysBetween, type LocalDate } from '#libs/time';
import type { ReceivedEvent } from './received-event.js';

/** A start of a day that the rules of the calendar forbid: a person decides (MKT-4). */
export class DayJumps extends Error {
  override readonly name = 'DayJumps';
  readonly code = 'DAY_JUMPS';
  constructor(why: string) {
    super(`DAY_JUMPS ${why}`);
  }
}

export type DayStart = Pick<ReceivedEvent<BusinessDayStarted>, 'businessDate' | 'body'>;

/**
 * Returns the refusal of a start where days begin by the clock. `reached`: the day of the start before it. An order
 * counts for exactly the days between both, so a copied or repeated one lifts nothing. Its text may be a stranger's: not
 * repeated.
 */
export function jumpOf(
  reached: LocalDate | undefined,
  { businessDate: day, body: { date, order } }: DayStart,
  today: LocalDate,
): DayJumps | undefined {
  if (date !== day) return new DayJumps(`a fact of ${day} starts another day`);
  if (day > today) return new DayJumps(`${day} lies after today in Paris, ${today}`);
  const days = reached === undefined ? 0 : daysBetween(reached, day);
  if (days <= daysAtOnceMax) return undefined;
  const jump = `${day} is ${days} days after ${reached}`;
  if (!order?.reference) return new DayJumps(`${jump}, without a written order`);
  if (order.stoodOn === reached && order.untilOn === day) return undefined;
  return new DayJumps(`${jump}, with the order of other days`);
}
