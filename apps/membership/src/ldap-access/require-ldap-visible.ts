import { type Caller, mayIn, NotVisible, requireVisible } from '#libs/identity';

type Owner = { readonly marketCode: string; readonly organisationId: string };

/** A member its own, the group those of its markets, and the data-protection officer too, who sees no member else. */
export function requireLdapVisible(caller: Caller, owner: Owner | undefined): void {
  if (!owner) throw new NotVisible();
  if (!mayIn(caller, owner.marketCode, 'dpo')) requireVisible(caller, owner);
}
