/** What goes wrong, set by a test through `POST /__simulator/faults`. */
export type Fault = {
  /**
   * `timeout-after-success`: done, and never answered. `error-503`: not done, 503. `importer-busy`:
   * 400 after a wait, and done later all the same (§6). `disconnect`: not done, connection cut.
   * `error-400`: refused for good.
   */
  readonly mode:
    'timeout-after-success' | 'error-503' | 'importer-busy' | 'disconnect' | 'error-400';
  /** Part of the matching calls that it hits, 0 to 1. */
  readonly share: number;
  /** Calls it still hits at most. */
  remaining: number;
  /** Regular expression on `METHOD path`. */
  readonly calls: string;
  /** Regular expression on the request's body; empty: any. */
  readonly body: string;
  readonly waitMs: number;
};

export class Faults {
  #faults: Fault[] = [];

  set(faults: readonly Partial<Fault>[]): void {
    this.#faults = faults.map((fault) => ({
      mode: fault.mode ?? 'error-503',
      share: fault.share ?? 1,
      remaining: fault.remaining ?? Number.MAX_SAFE_INTEGER,
      calls: fault.calls ?? '.*',
      body: fault.body ?? '',
      waitMs: fault.waitMs ?? 30_000,
    }));
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  hit(call: string, body: string): Fault | undefined {
    const fault = this.#faults.find(
      ({ calls, body: pattern, remaining, share }) =>
        remaining > 0 &&
        new RegExp(calls).test(call) &&
        (pattern === '' || new RegExp(pattern).test(body)) &&
        Math.random() < share,
    );
    if (fault) fault.remaining -= 1;
    return fault;
  }
}
