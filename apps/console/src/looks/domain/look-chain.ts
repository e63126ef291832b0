/** A line of the journal as it is chained: everything but its own hash. */
export type ChainedLook = {
  readonly id: string;
  readonly recordedAt: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly action: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly subjects: readonly string[];
  readonly previousHash: string;
};

/** What stands before the first line. */
export const chainOrigin = '0'.repeat(64);

/** The text that is hashed: the fields in a fixed order, so that any change shows (SUP-2). */
export function chainedText(look: ChainedLook): string {
  const { id, recordedAt, userId, roles, action, reason, ticket, subjects, previousHash } = look;
  return JSON.stringify([
    id,
    recordedAt,
    userId,
    roles,
    action,
    reason,
    ticket,
    subjects,
    previousHash,
  ]);
}

/** Ids of the lines that do not follow from the one before; empty when the journal is whole. */
export function brokenLinks(
  looks: readonly (ChainedLook & { readonly hash: string })[],
  before: { readonly id: bigint; readonly hash: string },
  hashOf: (text: string) => string,
): string[] {
  let { id, hash } = before;
  const broken: string[] = [];
  for (const look of looks) {
    const follows = BigInt(look.id) === id + 1n && look.previousHash === hash;
    if (!follows || hashOf(chainedText(look)) !== look.hash) broken.push(look.id);
    id = BigInt(look.id);
    hash = look.hash;
  }
  return broken;
}
