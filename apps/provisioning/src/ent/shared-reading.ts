import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One reading of a key at a time. A caller shares a reading only if it begins after the call: a reading under way may have
 * missed what the caller has just changed.
 */
export class SharedReading<Value> {
  private readonly running = new Map<string, Promise<Value>>();
  private readonly waiting = new Map<string, Promise<Value>>();

  /** `gatherMs`: so long a reading waits for further callers, unless its first caller wants it at once. */
  constructor(
    private readonly read: (key: string) => Promise<Value>,
    private readonly gatherMs = 0,
  ) {}

  next(key: string, { isAtOnce = false } = {}): Promise<Value> {
    const waiting = this.waiting.get(key);
    if (waiting) return waiting;
    const reading = this.begin(key, isAtOnce ? 0 : this.gatherMs);
    this.waiting.set(key, reading);
    return reading;
  }

  private async begin(key: string, gatherMs: number): Promise<Value> {
    await this.running.get(key)?.catch(() => undefined);
    // Callers of the same moment share it.
    if (gatherMs > 0) await sleep(gatherMs);
    else await Promise.resolve();
    this.waiting.delete(key);
    const value = this.read(key);
    this.running.set(key, value);
    try {
      return await value;
    } finally {
      if (this.running.get(key) === value) this.running.delete(key);
    }
  }
}
