type Place = { readonly address: string; isBound: boolean };

/** Addresses that somebody has been let in from, the latest. */
const knownMax = 1_000;

/**
 * So many connections at once, in all and of one address. Where all places are taken, whoever has been nobody for longest
 * gives up its own: a flood that says nothing, from however many addresses, keeps nobody out who has an account, since
 * that one is let in before the flood has come round. Who is let in keeps its place; who comes from where somebody was
 * let in before gives it up to no stranger.
 */
export class ConnectionPlaces<Id> {
  /** The oldest first. */
  private readonly taken = new Map<Id, Place>();
  private readonly perAddress = new Map<string, number>();
  private readonly known = new Set<string>();

  constructor(
    private readonly max: number,
    private readonly maxPerAddress: number,
  ) {}

  get size(): number {
    return this.taken.size;
  }

  /** False: there is none. `givenUp`: whose place it was until now. */
  take(id: Id, address: string): { readonly isTaken: boolean; readonly givenUp?: Id } {
    const open = this.perAddress.get(address) ?? 0;
    if (open >= this.maxPerAddress) return { isTaken: false };
    let givenUp: Id | undefined;
    if (this.taken.size >= this.max) {
      givenUp = this.whoGivesUpFor(address);
      if (givenUp === undefined) return { isTaken: false };
      this.leave(givenUp);
    }
    this.perAddress.set(address, open + 1);
    this.taken.set(id, { address, isBound: false });
    return { isTaken: true, ...(givenUp === undefined ? {} : { givenUp }) };
  }

  /** An account was let in there, or is no more. */
  bound(id: Id, isBound: boolean): void {
    const place = this.taken.get(id);
    if (!place) return;
    place.isBound = isBound;
    if (!isBound) return;
    this.known.delete(place.address);
    if (this.known.size >= knownMax) this.known.delete(this.known.keys().next().value!);
    this.known.add(place.address);
  }

  leave(id: Id): void {
    const place = this.taken.get(id);
    if (!place) return;
    this.taken.delete(id);
    const left = (this.perAddress.get(place.address) ?? 1) - 1;
    if (left > 0) this.perAddress.set(place.address, left);
    else this.perAddress.delete(place.address);
  }

  private whoGivesUpFor(newcomer: string): Id | undefined {
    let oldestKnown: Id | undefined;
    for (const [id, { address, isBound }] of this.taken) {
      if (isBound) continue;
      if (!this.known.has(address)) return id;
      oldestKnown ??= id;
    }
    return this.known.has(newcomer) ? oldestKnown : undefined;
  }
}
