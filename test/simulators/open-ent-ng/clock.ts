/** The platform's own clock: what waits for days there need not wait here (`POST /__simulator/clock`). */
export class Clock {
  private aheadMs = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  get offsetMs(): number {
    return this.aheadMs;
  }

  set(offsetMs: number): void {
    this.aheadMs = offsetMs;
  }
}
