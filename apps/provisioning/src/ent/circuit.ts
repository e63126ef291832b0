import { Gauge, registry } from '#libs/observability';

const pauses = new Gauge({
  name: 'ent_pauses_in_a_row',
  help: 'Pauses that this process has made for an ENT that is down, since it last answered',
  registers: [registry],
});

/** Opens after many calls in a row without an answer, so that an ENT that is down is left in peace. */
export class Circuit {
  private failuresInARow = 0;
  private openings = 0;
  // Nobody is served before the first success.
  private lastSuccessAtMs = Number.NEGATIVE_INFINITY;
  private lastChangeAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly threshold: number,
    private readonly clock: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  /** `hasChanged`: by the ENT's one writer, and not a reading or a block, which pass it by (§6 of its reference). */
  succeeded({ hasChanged }: { readonly hasChanged: boolean }): void {
    this.failuresInARow = 0;
    if (this.openings > 0) pauses.set(0);
    this.openings = 0;
    this.lastSuccessAtMs = this.clock();
    if (hasChanged) this.lastChangeAtMs = this.lastSuccessAtMs;
  }

  /** Milliseconds to pause for, or undefined while the circuit stays closed. */
  failed(): number | undefined {
    this.failuresInARow += 1;
    if (this.failuresInARow < this.threshold) return undefined;
    this.failuresInARow = 0;
    this.openings += 1;
    pauses.set(this.openings);
    return backOffMs(this.openings, { firstMs: 500, mostMs: 15_000, random: this.random });
  }

  /** Since the ENT last answered; 0: it is not down. */
  get pausesInARow(): number {
    return this.openings;
  }

  /** Others get their answers: a fault that comes back is this call's own. */
  servesOthers(): boolean {
    return this.isClosedSince(this.lastSuccessAtMs);
  }

  /** Changes are done for others: lateness that comes back is this call's own, and no import that holds up all. */
  changesForOthers(): boolean {
    return this.isClosedSince(this.lastChangeAtMs);
  }

  private isClosedSince(atMs: number): boolean {
    return this.failuresInARow < this.threshold && this.clock() - atMs < 10_000;
  }
}

/** Exponential, with jitter so that those who failed together do not return together. */
export function backOffMs(
  fault: number,
  options: { firstMs: number; mostMs: number; random: () => number },
): number {
  const exact = Math.min(options.mostMs, options.firstMs * 2 ** Math.min(fault - 1, 20));
  return Math.round(exact * (0.5 + options.random()));
}
