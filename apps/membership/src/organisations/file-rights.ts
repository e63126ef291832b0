import { type Caller, hasRole } from '#libs/identity';

/** The coordinator for everybody, a member for itself: its orderer and its finance department. */
export function mayChangeFile(caller: Caller, organisationId: string): boolean {
  if (hasRole(caller, 'coordinator', 'admin', 'player')) return true;
  return caller.organisationId === organisationId;
}

/** The supplier invoices by Chorus Pro data and contacts; the others as they may change it, or read their own. */
export function mayReadFile(caller: Caller, organisationId: string): boolean {
  return hasRole(caller, 'supplier') || mayChangeFile(caller, organisationId);
}
