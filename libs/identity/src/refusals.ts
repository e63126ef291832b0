import { DomainError } from '#libs/problems';
import { hasRole, seesEveryMember, type Caller } from './caller.js';

/** No token, or one that does not verify. Mapped to UNAUTHENTICATED / 401, not to a domain kind. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}

export class NotAllowed extends DomainError {
  readonly code = 'NOT_ALLOWED';
  readonly kind = 'forbidden';
  constructor() {
    super('Votre profil ne permet pas cette action. Adressez-vous à votre administrateur.');
  }
}

/** What binds money asks who is there once more. */
export class LoginTooOld extends DomainError {
  readonly code = 'LOGIN_TOO_OLD';
  readonly kind = 'forbidden';
  constructor() {
    super(
      'Cette action engage des dépenses : votre connexion doit dater de moins de cinq minutes. Connectez-vous de nouveau, puis recommencez.',
    );
  }
}

/** Throws LoginTooOld where a person logged in longer ago; 0 asks nothing, and a process has no login. */
export function requireFreshLogin(caller: Caller, freshLoginMs: number, now: Date): void {
  if (freshLoginMs === 0 || hasRole(caller, 'service', 'player')) return;
  const { loggedInAt } = caller;
  if (!loggedInAt || now.getTime() - loggedInAt.getTime() > freshLoginMs) throw new LoginTooOld();
}

/** The thing may exist, but not for this caller: the same answer as when it does not exist. */
export class NotVisible extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly kind = 'not-found';
  constructor() {
    super('Cet élément n’existe pas, ou ne vous est pas accessible.');
  }
}

/** A member sees what concerns itself only; to it the rest does not exist (SUP-3). Throws NotVisible. */
export function requireOrganisation(caller: Caller, ...concerned: readonly string[]): void {
  const own = organisationSeen(caller);
  if (own !== '' && !concerned.includes(own)) throw new NotVisible();
}

/** Whose rows a list may hold: '' for everybody's, else the caller's own (SUP-3). Throws NotVisible. */
export function organisationSeen(caller: Caller): string {
  if (seesEveryMember(caller)) return '';
  if (!caller.organisationId) throw new NotVisible();
  return caller.organisationId;
}

/** A school sees its own people only; support, coordinator and processes see all. Throws NotVisible. */
export function requireSchool(caller: Caller, uai: string): void {
  if (hasRole(caller, 'support-1', 'support-2', 'support-3', 'admin', 'service', 'player')) return;
  if (!hasRole(caller, 'school') || !caller.uais.includes(uai)) throw new NotVisible();
}

/** Rights are limited to the markets of the token (SUP-1). Throws NotVisible. */
export function requireMarket(caller: Caller, marketCode: string): void {
  if (hasRole(caller, 'service', 'player')) return;
  if (!caller.markets.includes(marketCode)) throw new NotVisible();
}

/** What belongs to a market of the caller's; gives it back where it is there. Throws NotVisible. */
export function requireInMarket<InMarket extends { readonly marketCode: string }>(
  caller: Caller,
  found: InMarket | undefined,
): InMarket {
  if (!found) throw new NotVisible();
  requireMarket(caller, found.marketCode);
  return found;
}

/** What one membership has is its organisation's and its market's; gives it back where it is there. Throws NotVisible. */
export function requireVisible<
  Owned extends { readonly organisationId: string; readonly marketCode: string },
>(caller: Caller, found: Owned | undefined): Owned {
  if (!found) throw new NotVisible();
  requireOrganisation(caller, found.organisationId);
  requireMarket(caller, found.marketCode);
  return found;
}
