import { type Caller, hasRole, NotVisible } from '#libs/identity';

/** The coordinator, or the member itself; no other role that reads every member (SUP-3). Throws NotVisible. */
export function requireOwn(caller: Caller, organisationId: string): void {
  if (hasRole(caller, 'coordinator', 'admin', 'player')) return;
  if (caller.organisationId !== organisationId) throw new NotVisible();
}
