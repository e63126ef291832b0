import { backOffMs } from './circuit.js';

/** Longer than this we never keep away on one answer's word: a mistake there costs no day of work. */
const mostMs = 15 * 60_000;
const leastMs = 250;

/** "Too many requests" is said to all of us: until it is over, nobody calls the ENT. */
export class EntPause {
  private untilMs = 0;
  private inARow = 0;

  constructor(
    private readonly clock: () => number = Date.now,
    private readonly random: () => number = Math.random,
  ) {}

  get leftMs(): number {
    return Math.max(0, this.untilMs - this.clock());
  }

  /** A 429 with its `Retry-After`. Those under way at once count as one. Returns what is left. */
  begin(retryAfter: string | undefined): number {
    if (this.leftMs === 0) this.inARow += 1;
    const askedMs =
      retryAfterMs(retryAfter, this.clock()) ??
      backOffMs(this.inARow, { firstMs: 1_000, mostMs: 60_000, random: this.random });
    const waitMs = Math.min(mostMs, Math.max(leastMs, askedMs));
    this.untilMs = Math.max(this.untilMs, this.clock() + waitMs);
    return this.leftMs;
  }

  /** The ENT answers again. */
  end(): void {
    if (this.leftMs === 0) this.inARow = 0;
  }
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); undefined: none that can be read. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : atMs - nowMs;
}
