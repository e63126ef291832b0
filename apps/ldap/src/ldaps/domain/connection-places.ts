type Place = {
  readonly address: string;
  /** Whose it is; undefined: nobody is let in there. */
  account: string | undefined;
};

/** Addresses that somebody has been let in from, the latest. */
const knownMax = 1_000;

/**
 * So many connections at once, in all, of one address and of one account. Where all places are taken, whoever has been nobody for longest
 * gives up its own: a flood that says nothing, from however many addresses, keeps nobody out who has an account, since
 * that one is let in before the flood has come round. Who is let in keeps its place; who comes from where somebody was
 * let in before gives it up to no stranger.
 */
export class ConnectionPlaces<Id> {
  /** The oldest first. */
  private readonly taken = new Map<Id, Place>();
  private readonly perAddress = new Map<string, number>();
  private readonly perAccount = new Map<string, number>();
  private readonly known = new Set<string>();

  constructor(
    private readonly max: number,
    private readonly maxPerAddress: number,
    private readonly maxPerAccount: number,
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
    this.taken.set(id, { address, account: undefined });
    return { isTaken: true, ...(givenUp === undefined ? {} : { givenUp }) };
  }

  /** An account is let in there, or (undefined) nobody any more. False: it has as many places as an account may have. */
  bind(id: Id, account: string | undefined): boolean {
    const place = this.taken.get(id);
    if (!place) return false;
    this.unbind(place);
    if (account === undefined) return true;
    const bound = this.perAccount.get(account) ?? 0;
    if (bound >= this.maxPerAccount) return false;
    place.account = account;
    this.perAccount.set(account, bound + 1);
    this.known.delete(place.address);
    if (this.known.size >= knownMax) this.known.delete(this.known.keys().next().value!);
    this.known.add(place.address);
    return true;
  }

  leave(id: Id): void {
    const place = this.taken.get(id);
    if (!place) return;
    this.taken.delete(id);
    this.unbind(place);
    oneLess(this.perAddress, place.address);
  }

  private unbind(place: Place): void {
    if (place.account !== undefined) oneLess(this.perAccount, place.account);
    place.account = undefined;
  }

  private whoGivesUpFor(newcomer: string): Id | undefined {
    let oldestKnown: Id | undefined;
    for (const [id, { address, account }] of this.taken) {
      if (account !== undefined) continue;
      if (!this.known.has(address)) return id;
      oldestKnown ??= id;
    }
    return this.known.has(newcomer) ? oldestKnown : undefined;
  }
}

function oneLess(counts: Map<string, number>, of: string): void {
  const left = (counts.get(of) ?? 1) - 1;
  if (left > 0) counts.set(of, left);
  else counts.delete(of);
}
