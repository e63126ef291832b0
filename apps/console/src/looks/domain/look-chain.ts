/** A line of the journal as it is chained to the one that its agent left before on that day: everything but its own hash. */
export type ChainedLook = {
  readonly id: string;
  readonly recordedAt: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly action: string;
  readonly reason: string | null;
  readonly ticket: string | null;
  readonly refusal: string | null;
  readonly subjects: readonly string[];
  /** Day of Europe/Paris, `YYYY-MM-DD`: each agent begins a chain every day. */
  readonly chainDay: string;
  /** 1 for the first line of the agent's day. */
  readonly chainPosition: number;
  readonly previousHash: string;
};

export type HashedLook = ChainedLook & { readonly hash: string };

/** What stands before the first line of a chain. */
export const chainOrigin = '0'.repeat(64);

/** The text that is hashed: the fields in a fixed order, so that any change shows (SUP-2). */
export function chainedText(look: Omit<ChainedLook, 'id'>): string {
  const { recordedAt, userId, roles, action, reason, ticket, refusal, subjects } = look;
  const { chainDay, chainPosition, previousHash } = look;
  return JSON.stringify([
    recordedAt,
    userId,
    roles,
    action,
    reason,
    ticket,
    refusal,
    subjects,
    chainDay,
    chainPosition,
    previousHash,
  ]);
}

/**
 * Ids of the lines that do not follow from the one before in their chain, in the order of agent, day and position;
 * empty when every chain is whole.
 */
export function brokenLinks(
  looks: readonly HashedLook[],
  before: HashedLook | undefined,
  hashOf: (text: string) => string,
): string[] {
  const broken: string[] = [];
  let last = before;
  for (const look of looks) {
    const follows =
      last?.userId === look.userId && last.chainDay === look.chainDay
        ? look.chainPosition === last.chainPosition + 1 && look.previousHash === last.hash
        : look.chainPosition === 1 && look.previousHash === chainOrigin;
    if (!follows || hashOf(chainedText(look)) !== look.hash) broken.push(look.id);
    last = look;
  }
  return broken;
}
