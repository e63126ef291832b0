import type { Iban } from '#libs/identifiers';
import { effectiveOn, type LocalDate } from '#libs/time';

/** Where members pay from a day on, as two persons approved it. */
export type SupplierAccount = {
  /** Counts the accounts of the market, 1 upwards. */
  readonly version: number;
  readonly iban: Iban;
  readonly effectiveFrom: LocalDate;
};

/** With the day of the approval. */
export type ApprovedAccount = SupplierAccount & { readonly approvedOn: LocalDate };

/**
 * The accounts that a draft of a day may bear, the last approved one first; '' before the first account. Usually one: an
 * approval of the day itself leaves the drafts made before it with the account of then.
 */
export function accountsOfDrafts(
  approved: readonly ApprovedAccount[],
  day: LocalDate,
): readonly [string, ...string[]] {
  const known = approved.filter(({ approvedOn }) => approvedOn <= day);
  const before = known.filter(({ approvedOn }) => approvedOn < day).length;
  const inForce = (count: number) => accountOn(known.slice(0, count), day)?.iban ?? '';
  const earlier = Array.from({ length: known.length - before }, (_, n) => inForce(before + n));
  return [inForce(known.length), ...earlier];
}

/** By day, of one day the highest version alone: what another one took the place of is left out. */
export const accountsByDay = (accounts: readonly SupplierAccount[]): SupplierAccount[] =>
  [...new Set(accounts.map(({ effectiveFrom }) => effectiveFrom))]
    .sort()
    .flatMap((day) => accountOn(accounts, day) ?? []);

/** The account of a day: the one that came into effect last; of one day the highest version. Undefined before the first. */
export const accountOn = (
  accounts: readonly SupplierAccount[],
  day: LocalDate,
): SupplierAccount | undefined =>
  effectiveOn(
    [...accounts].sort((a, b) => a.version - b.version),
    day,
  );
