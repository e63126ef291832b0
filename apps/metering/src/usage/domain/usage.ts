import { type LocalDate, type Period, daysBetween } from '#libs/time';

/** U in force from a day on, until the next. */
export type OpenAccountsFrom = { readonly from: LocalDate; readonly openAccounts: number };

export type UsageOfPeriod = {
  /** Ascending; the first is the period's first day. */
  readonly openAccounts: readonly OpenAccountsFrom[];
  readonly accountDays: number;
};

/**
 * U(d) over a period as the running sum of its changes (MTR-1). `changes` holds one entry per day,
 * in any order; those after the period are left out, those before it are what it begins with.
 */
export function usageOver(
  period: Period,
  changes: readonly { readonly day: LocalDate; readonly delta: number }[],
): UsageOfPeriod {
  let current = 0;
  const inside: { day: LocalDate; delta: number }[] = [];
  for (const { day, delta } of changes) {
    if (day <= period.start) current += delta;
    else if (day < period.end) inside.push({ day, delta });
  }
  inside.sort((left, right) => (left.day < right.day ? -1 : 1));

  const openAccounts: { from: LocalDate; openAccounts: number }[] = [
    { from: period.start, openAccounts: current },
  ];
  for (const { day, delta } of inside) {
    if (delta === 0) continue;
    current += delta;
    openAccounts.push({ from: day, openAccounts: current });
  }
  const accountDays = openAccounts.reduce((sum, { from, openAccounts: open }, index) => {
    const until = openAccounts[index + 1]?.from ?? period.end;
    return sum + open * daysBetween(from, until);
  }, 0);
  return { openAccounts, accountDays };
}

/** U(d) from its first change on; `changes` ascending, one per day. */
export function openAccountsFrom(
  changes: readonly { readonly day: LocalDate; readonly delta: number }[],
): OpenAccountsFrom[] {
  let openAccounts = 0;
  return changes.map(({ day: from, delta }) => ({ from, openAccounts: (openAccounts += delta) }));
}
