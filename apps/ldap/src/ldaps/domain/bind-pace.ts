/** Wrong passwords in a row that an address, and an account, may send before it waits; from then on each makes it wait twice as long. */
export type PaceBounds = {
  readonly ofAddress: number;
  readonly ofAccount: number;
  readonly waitMs: number;
  readonly waitMaxMs: number;
  /** Addresses and accounts that are remembered, the latest. */
  readonly known: number;
};

export const paceBounds: PaceBounds = {
  ...{ ofAddress: 5, ofAccount: 10, waitMs: 15_000, waitMaxMs: 900_000, known: 10_000 },
};

type Failures = { readonly count: number; readonly freeAt: number };

/**
 * Slows down who guesses. A secret has 256 random bits, so this is no guard of the secret, but of the machine: each try
 * costs a slow hash. It forgets when the process ends.
 */
export class BindPace {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly bounds: PaceBounds = paceBounds) {}

  /** How long to wait before another try, in milliseconds; 0: now. */
  waitOf(address: string, account: string, nowMs: number): number {
    const of = keysOf(address, account).map((key) => this.failures.get(key)?.freeAt ?? 0);
    return Math.max(0, ...of.map((freeAt) => freeAt - nowMs));
  }

  failed(address: string, account: string, nowMs: number): void {
    const { ofAddress, ofAccount, waitMs, waitMaxMs, known } = this.bounds;
    for (const [at, key] of keysOf(address, account).entries()) {
      const count = (this.failures.get(key)?.count ?? 0) + 1;
      const beyond = count - (at === 0 ? ofAddress : ofAccount);
      const wait = beyond < 0 ? 0 : Math.min(waitMaxMs, waitMs * 2 ** Math.min(beyond, 30));
      this.failures.delete(key);
      if (this.failures.size >= known) this.failures.delete(this.failures.keys().next().value!);
      this.failures.set(key, { count, freeAt: nowMs + wait });
    }
  }

  succeeded(address: string, account: string): void {
    for (const key of keysOf(address, account)) this.failures.delete(key);
  }
}

const keysOf = (address: string, account: string) => [`from ${address}`, `of ${account}`] as const;
