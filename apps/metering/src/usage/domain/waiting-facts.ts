/** Account facts that are written and not counted. */
export type WaitingFacts = {
  /** The first of its account each: an administrator decides on them. */
  readonly setAside: number;
  /** Set aside because an earlier one of their account is. */
  readonly behind: number;
  /** They come by themselves; undefined when not known. */
  readonly unread: number | undefined;
  /** Of those set aside and behind, whose accounts they concern. */
  readonly memberships: readonly { readonly membershipId: string; readonly facts: number }[];
  /** Of those set aside and behind: they may concern anybody. */
  readonly ofNoMembership: number;
  /** What the source has set aside of what it consumes, so that it states less than is true. */
  readonly setAsideAtSource: number;
  /** Partitions that are read no further until a person decides, so that neither facts nor days come from them. */
  readonly stopped: number;
  /** The same of the source and of what it consumes. */
  readonly stoppedAtSource: number;
};

/** Whoever's the facts are: one that cannot be read may be of any account, and of any day. */
export function nothingIsSetAside({ setAside, behind }: WaitingFacts): boolean {
  return setAside === 0 && behind === 0;
}
