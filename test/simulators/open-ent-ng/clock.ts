/** The platform's own clock: what waits for days there need not wait here (`POST /__simulator/clock`). */
export class Clock {
  #offsetMs = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }
}
