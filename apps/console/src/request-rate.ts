import { isIPv6 } from 'node:net';
import { TooMany } from '#libs/problems';

const millisecondsPerMinute = 60_000;
/** Who asks is remembered up to so many; whoever asked longest ago is forgotten first, and begins anew. */
const askersMax = 10_000;

export class TooManyRequests extends TooMany {
  readonly code = 'TOO_MANY_REQUESTS';
  constructor(retryAfterSeconds: number) {
    super(
      `Trop de demandes en peu de temps : réessayez dans ${retryAfterSeconds} s.`,
      retryAfterSeconds,
    );
  }
}

/** So many requests a minute for each asker, all of them at once if it likes. Kept in this process alone. */
export class RequestRate {
  private readonly left = new Map<string, { requests: number; at: number }>();

  constructor(private readonly perMinute: number) {}

  /** Throws TooManyRequests. */
  take(asker: string, now = performance.now()): void {
    const { requests, at } = this.left.get(asker) ?? { requests: this.perMinute, at: now };
    const perMillisecond = this.perMinute / millisecondsPerMinute;
    const left = Math.min(this.perMinute, requests + (now - at) * perMillisecond);
    // Taken out and put in again: the first of the map is who asked longest ago.
    this.left.delete(asker);
    this.left.set(asker, { requests: left < 1 ? left : left - 1, at: now });
    if (this.left.size > askersMax) this.left.delete(this.left.keys().next().value!);
    if (left < 1) throw new TooManyRequests(Math.ceil((1 - left) / perMillisecond / 1_000));
  }
}

/** Who asks, by address: of IPv6 the network, since a subscriber has 2^64 addresses in it. */
export function askerAt(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped || !isIPv6(address)) return mapped ?? address;
  const [head = [], tail] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const gap =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...gap, ...(tail ?? [])]
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
