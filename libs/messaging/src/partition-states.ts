import { CalendarWaits } from './calendar-waits.js';
import { StallWatch, type PartitionLook, type Stall } from './stall-watch.js';

const retryDelayMs = { first: 500, most: 10_000 };

/**
 * Partitions (`topic/partition`) that do not go on, and why: readiness says it. A lost one stays so until
 * the process ends; the others go on by themselves. Pure: the time is given.
 */
export class PartitionStates {
  private readonly failuresInARow = new Map<string, number>();
  private readonly waiting = new Map<string, string>();
  private readonly lost = new Map<string, string>();
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

  lose(at: string, why: string): void {
    this.lost.set(at, why);
  }

  isLost(at: string): boolean {
    return this.lost.has(at);
  }

  /** Returns a stall when it becomes one, once. */
  look(now: PartitionLook, nowMs: number): Stall | undefined {
    if (this.calendar.isWaiting(now.at)) return undefined;
    return this.stalls.look(now, nowMs);
  }

  /** What waited or stood still may be somebody else's by now. */
  reassigned(): void {
    this.waiting.clear();
    this.stalls.clear();
    this.calendar.clear();
  }

  loss(): string | undefined {
    return this.lost.size > 0 ? `POSITION_LOST ${[...this.lost.values()].join('; ')}` : undefined;
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
