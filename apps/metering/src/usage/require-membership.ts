import { type Caller, NotVisible, requireOrganisation } from '#libs/identity';
import type { UsageReader } from './usage.reader.js';

/** The membership is known, the caller's own where it is a member's (SUP-3), and in its markets (SUP-1). Throws NotVisible. */
export async function requireMembership(
  usage: UsageReader,
  caller: Caller,
  membershipId: string,
): Promise<void> {
  const membership = await usage.membership(membershipId);
  if (!membership) throw new NotVisible();
  requireOrganisation(caller, membership.marketCode, membership.organisationId);
}
