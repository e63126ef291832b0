import { type Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Memberships } from '../adhesion/memberships/register.module.js';
import { LdapAccessNotOpen } from './domain/ldap-access.js';
import type { LdapAccesses, LdapAccessView } from './ldap-accesses.pg.js';
import { requireLdapVisible } from './require-ldap-visible.js';

/** The access that a decision is about, behind the lock of its membership. Throws NotVisible, LdapAccessNotOpen. */
export async function openAccessOf(
  tx: Transaction,
  {
    membershipId,
    accessId,
    caller,
  }: { readonly membershipId: string; readonly accessId?: string; readonly caller: Caller },
  today: LocalDate,
  homes: { readonly memberships: Memberships; readonly accesses: LdapAccesses },
): Promise<LdapAccessView> {
  const membership = await homes.memberships.findForUpdate(tx, membershipId);
  requireLdapVisible(
    caller,
    membership && {
      marketCode: membership.marketCode,
      organisationId: membership.organisation.organisationId,
    },
  );
  const access = await homes.accesses.latest(membershipId, today, tx);
  const isMeant = accessId === undefined || access?.accessId === accessId;
  if (access?.status === 'OPEN' && isMeant) return access;
  throw new LdapAccessNotOpen(
    'L’annuaire LDAP n’est pas ouvert à cet adhérent : il faut d’abord la décision du responsable de traitement, déposée par le coordinateur.',
  );
}
