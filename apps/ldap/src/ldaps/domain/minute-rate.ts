/** How often each may do something in a minute of the clock; nothing of an earlier minute is kept. */
export class MinuteRate {
  private minute = 0;
  private readonly done = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** False where that is one too many. */
  take(who: string, nowMs: number): boolean {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.minute) this.done.clear();
    this.minute = minute;
    const done = (this.done.get(who) ?? 0) + 1;
    this.done.set(who, done);
    return done <= this.most;
  }
}
