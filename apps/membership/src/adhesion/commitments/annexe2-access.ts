import { type Caller, hasRole, NotVisible, requireMarket } from '#libs/identity';
import type { Annexe2Dossier } from './annexes.pg.js';

/** Who types what arrived by letter: the group's side of the market. */
const groupSide = ['coordinator', 'admin', 'player'] as const;

/** An orderer of the member, who is nothing else here: it sends its own table, until the deadline (COM-3). */
export const isMembersOwn = (caller: Caller): boolean => !hasRole(caller, ...groupSide);

/** The group's side in its market, or the member itself. Throws NotVisible. */
export function requireTranscriber(
  caller: Caller,
  dossier: Annexe2Dossier | undefined,
): Annexe2Dossier {
  if (!dossier) throw new NotVisible();
  requireMarket(caller, dossier.marketCode);
  if (isMembersOwn(caller) && caller.organisationId !== dossier.organisationId) {
    throw new NotVisible();
  }
  return dossier;
}
