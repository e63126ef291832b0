import { DomainError } from '#libs/problems';
import { hasRole, marketsOf, seesEveryMember, type Caller, within } from './caller.js';

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

/** A member sees what concerns itself only, and its right is in that market; to it the rest does not exist (SUP-3). Throws NotVisible. */
export function requireOrganisation(
  caller: Caller,
  marketCode: string,
  ...concerned: readonly string[]
): void {
  requireMarket(caller, marketCode);
  const own = organisationSeen(caller, marketCode);
  if (own !== '' && !concerned.includes(own)) throw new NotVisible();
}

/**
 * The rows of a list about what passes between members, of a market or of a membership where there is no market's code:
 * a member those that concern it. Throws NotVisible outside the caller's markets.
 */
export async function rowsSeen<Row extends { readonly marketCode: string }>(
  caller: Caller,
  { marketCode, membershipId }: { readonly marketCode: string; readonly membershipId: string },
  read: (organisationId: string) => Promise<Row[]>,
): Promise<Row[]> {
  if (marketCode !== '' || membershipId === '') requireMarket(caller, marketCode);
  const rows = await read(organisationSeen(caller, marketCode));
  for (const row of rows) requireMarket(caller, row.marketCode);
  return rows;
}

/**
 * Whose rows a list may hold: '' for everybody's, else the caller's own (SUP-3). Over several markets (`marketCode`
 * empty), everybody's only for who sees every member in each of them. Throws NotVisible.
 */
export function organisationSeen(caller: Caller, marketCode: string): string {
  const markets = marketCode === '' ? marketsOf(caller) : [marketCode];
  if (!markets || (markets.length > 0 && markets.every((one) => seesEveryMember(caller, one)))) {
    return '';
  }
  if (!caller.organisationId) throw new NotVisible();
  return caller.organisationId;
}

/** A school sees its own people only; support, coordinator and processes see all. Throws NotVisible. */
export function requireSchool(caller: Caller, uai: string): void {
  if (hasRole(caller, 'support-1', 'support-2', 'support-3', 'service', 'player')) return;
  if (!hasRole(caller, 'school') || !caller.uais.includes(uai)) throw new NotVisible();
}

/** A right in that market (SUP-1), of those that the door asks for: a caller brings no other (`admitted`). Throws NotVisible. */
export function requireMarket(caller: Caller, marketCode: string): void {
  if (within(caller, marketCode).grants.length === 0) throw new NotVisible();
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
  requireOrganisation(caller, found.marketCode, found.organisationId);
  return found;
}
