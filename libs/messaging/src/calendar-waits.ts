import type { LocalDate } from '#libs/time';

/** The fact at which a partition stopped: dated after the service's day. */
export type AwaitedDay = {
  readonly offset: bigint;
  readonly day: LocalDate;
  /** Where the service stands; undefined before its first day. */
  readonly stands: LocalDate | undefined;
};

type Wait = AwaitedDay & {
  readonly sinceMs: number;
  readonly resume: () => void;
  /** It was let go on, and has not come back yet. */
  released: boolean;
  spent: boolean;
};

/**
 * Partitions (`topic/partition`) whose next fact is dated after the service's day: they wait for the
 * calendar, which alone moves a service (MKT-4). Each fact has the same patience. Pure: the time is given.
 */
export class CalendarWaits {
  private readonly waits = new Map<string, Wait>();

  constructor(private readonly patienceMs: number) {}

  isAnyWaiting(): boolean {
    return [...this.waits.values()].some(({ released }) => !released);
  }

  isWaiting(at: string): boolean {
    return this.waits.get(at)?.released === false;
  }

  /** The same fact again goes on waiting where it was. */
  wait(at: string, awaited: AwaitedDay, resume: () => void, nowMs: number): void {
    const before = this.waits.get(at);
    const sinceMs = before?.offset === awaited.offset ? before.sinceMs : nowMs;
    this.waits.set(at, { ...awaited, sinceMs, resume, released: false, spent: false });
  }

  /** Lets those go on whose day has come, and those whose patience is spent: their fact is set aside. */
  look(day: LocalDate | undefined, nowMs: number): void {
    for (const wait of this.waits.values()) {
      const hasCome = day !== undefined && wait.day <= day;
      const isSpent = nowMs - wait.sinceMs >= this.patienceMs;
      if (wait.released || !(hasCome || isSpent)) continue;
      wait.released = true;
      wait.spent = isSpent;
      wait.resume();
    }
  }

  /** Offset of the fact that has waited long enough, if there is one. */
  spentAt(at: string): bigint | undefined {
    const wait = this.waits.get(at);
    return wait?.spent ? wait.offset : undefined;
  }

  /** Nothing of it waits any more. */
  goesOn(at: string): void {
    this.waits.delete(at);
  }

  /** Another assignment: what waited may be somebody else's by now. */
  clear(): void {
    this.waits.clear();
  }
}
