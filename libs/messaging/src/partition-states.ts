import { CalendarWaits } from './calendar-waits.js';
import { StallWatch, type PartitionLook, type Stall } from './stall-watch.js';

const retryDelayMs = { first: 500, most: 10_000 };

/**
 * Partitions (`topic/partition`) that do not go on, and why: FLOWING says it. A stopped one stays so until
 * a person has decided; the others go on by themselves. Pure: the time is given.
 */
export class PartitionStates {
  private readonly failuresInARow = new Map<string, number>();
  private readonly waiting = new Map<string, string>();
  private readonly stopped = new Map<string, string>();
  private readonly stalls: StallWatch;
  /** Waiting for the calendar is no standstill: what waits too long is set aside, and FLOWING says that. */
  readonly calendar: CalendarWaits;

  constructor(stalledAfterMs: number, calendarPatienceMs: number) {
    this.stalls = new StallWatch(stalledAfterMs);
    this.calendar = new CalendarWaits(calendarPatienceMs);
  }

  /** A batch failed and comes again. Returns after how many milliseconds, later each time. */
  waits(at: string, why: string): number {
    const failures = (this.failuresInARow.get(at) ?? 0) + 1;
    this.failuresInARow.set(at, failures);
    this.waiting.set(at, why);
    return Math.min(retryDelayMs.first * 2 ** (failures - 1), retryDelayMs.most);
  }

  goesOn(at: string): void {
    this.failuresInARow.delete(at);
    this.waiting.delete(at);
  }

  stop(at: string, why: string): void {
    this.stopped.set(at, why);
  }

  isStopped(at: string): boolean {
    return this.stopped.has(at);
  }

  /** A person has decided. */
  resume(at: string): void {
    this.stopped.delete(at);
  }

  /** Returns a stall when it becomes one, once. */
  look(now: PartitionLook, nowMs: number): Stall | undefined {
    if (this.calendar.isWaiting(now.at)) return undefined;
    return this.stalls.look(now, nowMs);
  }

  /** What waited or stood still may be somebody else's by now. */
  reassigned(): void {
    this.waiting.clear();
    this.stopped.clear();
    this.stalls.clear();
    this.calendar.clear();
  }

  stops(): string | undefined {
    const words = [...this.stopped].map(([at, why]) => `${why} (${at})`);
    return words.length > 0 ? words.join('; ') : undefined;
  }

  delay(): string | undefined {
    const waiting = [...this.waiting.entries()].map(([at, why]) => `${at} waits: ${why}`);
    const stalled = this.stalls
      .stalled()
      .filter(({ at }) => !this.waiting.has(at))
      .map(({ at, next, end }) => `STALLED ${at} stands at ${next}, the log ends at ${end}`);
    const words = [...stalled, ...waiting];
    return words.length > 0 ? words.join('; ') : undefined;
  }
}
