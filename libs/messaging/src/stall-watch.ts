export type PartitionLook = {
  /** topic/partition. */
  readonly at: string;
  /** The stored position: offset of the next record to apply. */
  readonly next: bigint;
  /** Where the log ends. */
  readonly end: bigint;
};

export type Stall = PartitionLook & { readonly sinceMs: number };

type Standing = { readonly next: bigint; readonly sinceMs: number; stall: Stall | undefined };

/**
 * Tells the partitions that have something to read and whose position stands still: a consumer may be
 * in its group, heart beating, and yet fetch nothing, and no error says so. Pure: the time is given.
 */
export class StallWatch {
  private readonly standing = new Map<string, Standing>();

  constructor(private readonly afterMs: number) {}

  /** Takes one look at an assigned partition. Returns the stall when it becomes one, once. */
  look(now: PartitionLook, nowMs: number): Stall | undefined {
    const before = this.standing.get(now.at);
    if (now.end <= now.next) {
      this.standing.delete(now.at);
      return undefined;
    }
    if (before?.next !== now.next) {
      this.standing.set(now.at, { next: now.next, sinceMs: nowMs, stall: undefined });
      return undefined;
    }
    if (nowMs - before.sinceMs < this.afterMs) return undefined;
    const isNews = before.stall === undefined;
    before.stall = { ...now, sinceMs: before.sinceMs };
    return isNews ? before.stall : undefined;
  }

  stalled(): Stall[] {
    return [...this.standing.values()].flatMap(({ stall }) => stall ?? []);
  }

  /** Another assignment: what stood still may be somebody else's by now. */
  clear(): void {
    this.standing.clear();
  }
}
