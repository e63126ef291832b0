import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One reading of a key at a time. A caller shares a reading only if it begins after the call: a reading under way may have
 * missed what the caller has just changed.
 */
export class SharedReading<Value> {
  private readonly running = new Map<string, Promise<Value>>();
  private readonly waiting = new Map<string, Promise<Value>>();

  /** `gatherMs`: so long a reading waits for further callers. */
  constructor(
    private readonly read: (key: string) => Promise<Value>,
    private readonly gatherMs = 0,
  ) {}

  next(key: string): Promise<Value> {
    const waiting = this.waiting.get(key);
    if (waiting) return waiting;
    const reading = this.begin(key);
    this.waiting.set(key, reading);
    return reading;
  }

  private async begin(key: string): Promise<Value> {
    await this.running.get(key)?.catch(() => undefined);
    // Callers of the same moment share it.
    if (this.gatherMs > 0) await sleep(this.gatherMs);
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
