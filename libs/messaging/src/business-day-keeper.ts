import type { Transaction } from '#libs/persistence';
import { addDays, daysAtOnceMax, daysBetween, type LocalDate, parisDateOf } from '#libs/time';
import { type DayJumps, type DayStart, jumpOf } from './day-steps.js';

/** What falls due in a service on a day: planned orders, grace periods, due dates (MKT-4). */
export abstract class DayHandler {
  /**
   * Called once for each day crossed on which any handler may have something to do, oldest first, in the transaction that moves the service to
   * that day; `today(tx)` is that day already. Must be cheap on a day when nothing falls due.
   */
  abstract onDay(tx: Transaction, day: LocalDate): Promise<void>;

  /**
   * The first day after `day` on which something may fall due, as things stand in `tx`; undefined: none is in sight.
   * The days before it may be crossed without a call. Who does not say is called on each day.
   */
  nextDay?(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined>;
}

/** A day could not begin because a handler of it failed. Not any event's fault: the consumer waits and tries again. */
export class DayNotBegun extends Error {
  override readonly name = 'DayNotBegun';
}

/** A fact is dated after the service's day: the calendar must bring that day first (MKT-4). */
export class AwaitsCalendar extends Error {
  override readonly name = 'AwaitsCalendar';
  readonly code = 'AWAITS_CALENDAR';
  constructor(readonly day: LocalDate) {
    super(`dated ${day}, a day that the service has not begun`);
  }
}

/** Between the clocks of two machines. */
const clockSkewMaxMs = 5 * 60_000;

/** Moves a service from day to day, never backwards. Processes that bring a new day take turns. */
export class BusinessDayKeeper {
  /** `clock`: where days begin by it (CALENDAR=clock). */
  constructor(
    private readonly handlers: () => readonly DayHandler[],
    private readonly clock?: () => Date,
  ) {}

  /**
   * Returns the refusal of a start of a day, after that of `reached`. Throws DayNotBegun just before midnight: the owner's
   * clock may be ahead of this one.
   */
  judge(reached: LocalDate | undefined, start: DayStart): DayJumps | undefined {
    if (!this.clock) return undefined;
    const now = this.clock();
    const today = parisDateOf(now);
    const soon = parisDateOf(new Date(now.getTime() + clockSkewMaxMs));
    const { businessDate: day } = start;
    if (day > today && day <= soon) throw new DayNotBegun(`${day} has not begun in Paris`);
    return jumpOf(reached, start, today);
  }

  /** Takes the right to move the day until the transaction ends; gives the day, or undefined before the first. */
  async lock(tx: Transaction): Promise<LocalDate | undefined> {
    await tx.query('select pg_advisory_xact_lock(7271, 1)');
    return storedDay(tx);
  }

  /**
   * Moves to `day`, with what falls due on each day crossed; the first day ever is begun alone.
   * A day already reached changes nothing. `writtenOrder`: by which more than seven begin. Returns the day the service
   * stands at.
   */
  async advance(tx: Transaction, day: LocalDate, writtenOrder = ''): Promise<LocalDate> {
    const from = await this.lock(tx);
    if (from !== undefined && from >= day) return from;
    if (writtenOrder !== '' && from !== undefined && daysBetween(from, day) > daysAtOnceMax) {
      await tx.query('select platform.order_days($1, $2)', [day, writtenOrder]);
    }
    const handlers = this.handlers();
    if (handlers.length === 0) {
      await moveTo(tx, day);
      return day;
    }
    let next = from === undefined ? day : await dayAfter(handlers, tx, from, day);
    for (;;) {
      await moveTo(tx, next);
      for (const handler of handlers) await begin(handler, tx, next);
      if (next === day) return day;
      next = await dayAfter(handlers, tx, next, day);
    }
  }
}

/** The next day to begin, at the latest `last`: what was begun may have made something due since a handler said. */
async function dayAfter(
  handlers: readonly DayHandler[],
  tx: Transaction,
  reached: LocalDate,
  last: LocalDate,
): Promise<LocalDate> {
  const tomorrow = addDays(reached, 1);
  let next = last;
  for (const handler of handlers) {
    if (next === tomorrow) break;
    const due = handler.nextDay ? await handler.nextDay(tx, reached) : tomorrow;
    if (due !== undefined && due < next) next = due < tomorrow ? tomorrow : due;
  }
  return next;
}

/** The day the service stands at, without holding it: it can only go forward. Undefined before the first. */
export async function storedDay(db: Pick<Transaction, 'query'>): Promise<LocalDate | undefined> {
  const { rows } = await db.query<{ day: LocalDate | null }>(
    'select day from platform.business_day',
  );
  return rows[0]?.day ?? undefined;
}

async function moveTo(tx: Transaction, day: LocalDate): Promise<void> {
  await tx.query({
    name: 'move-day',
    text: 'select platform.begin_day($1)',
    values: [day],
  });
}

async function begin(handler: DayHandler, tx: Transaction, day: LocalDate): Promise<void> {
  try {
    await handler.onDay(tx, day);
  } catch (cause) {
    throw new DayNotBegun(`${handler.constructor.name} failed on ${day}`, { cause });
  }
}
