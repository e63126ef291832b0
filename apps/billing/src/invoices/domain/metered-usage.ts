import { daysBetween, type LocalDate, type Period, type Step } from '#libs/time';
import type { InvoiceEvidence, ItemUsage, SchoolCount } from './invoice.js';

/** U of an item and school: from a day of the period on, until the next; before the first, nobody. */
export type UsageOfSchool = {
  readonly itemCode: string;
  readonly uai: string;
  readonly openAccounts: readonly Step[];
};

/** What metering states of a certificate: of a period, as counted when it was given. */
export type UsageCertificate = {
  readonly revision: number;
  readonly certifiedOn: LocalDate;
  /** Of the account topic, partition by partition: the first that was not read. */
  readonly positions: string;
  readonly accountDays: bigint;
  readonly usageSha256: string;
  readonly sha256: string;
};

/** What a certificate's hash is taken over (metering's README): by item, then school, each by its bytes. */
export const usageText = (usage: readonly UsageOfSchool[]): string =>
  usage
    .flatMap(({ itemCode, uai, openAccounts }) =>
      openAccounts.map(({ from, quantity }) => `${itemCode}|${uai}|${from}|${quantity}`),
    )
    .join('\n');

/** Whether a certificate says of its period just what is counted now: no late fact, and nobody's forgery. */
export const certifies = (
  { accountDays, usageSha256 }: UsageCertificate,
  usage: readonly UsageOfSchool[],
  period: Period,
  hashOf: (text: string) => string,
): boolean =>
  usageSha256 === hashOf(usageText(usage)) &&
  accountDays === usage.reduce((sum, one) => sum + BigInt(accountDaysOf(one, period)), 0n);

/**
 * Whether the usage that an invoice rests on is what metering certified: the certificate that it names is the newest, and
 * says as many account-days; where nothing came since, on the same days. What an older certificate said is not known here.
 */
export function isCertified(
  { certificate: named, usage }: Pick<InvoiceEvidence, 'certificate' | 'usage'>,
  period: Period,
  metered: {
    readonly certificate: UsageCertificate | undefined;
    readonly lastCertificate?: UsageCertificate | undefined;
    readonly usage: readonly ItemUsage[];
  },
): boolean {
  const { certificate: ofNow, lastCertificate: last } = metered;
  if (named === undefined || last === undefined || named.revision > last.revision) return false;
  if (named.revision < last.revision) return true;
  const days = usage.reduce((sum, item) => sum + BigInt(accountDaysOf(item, period)), 0n);
  const isNewest = named.sha256 === last.sha256 && days === last.accountDays;
  return isNewest && (ofNow === undefined || stepsText(usage) === stepsText(metered.usage));
}

/** In one order, whoever wrote it. */
const stepsText = (usage: readonly ItemUsage[]): string =>
  usage
    .map(({ itemCode, openAccounts }) =>
      [itemCode, ...openAccounts.map(({ from, quantity }) => `${from} ${quantity}`)].join('|'),
    )
    .sort()
    .join('\n');

/** All items of a school together, by UAI; one without an account on any day is left out. */
export function bySchool(usage: readonly UsageOfSchool[], period: Period): SchoolCount[] {
  return [...Map.groupBy(usage, ({ uai }) => uai)]
    .map(([uai, items]) => ({
      uai,
      accountDays: items.reduce((sum, item) => sum + accountDaysOf(item, period), 0),
      openAtEnd: items.reduce((sum, item) => sum + (item.openAccounts.at(-1)?.quantity ?? 0), 0),
    }))
    .filter(({ accountDays }) => accountDays > 0)
    .sort((a, b) => (a.uai < b.uai ? -1 : 1));
}

/** U(d) of each item over all schools, from the period's first day on. */
export function byItem(usage: readonly UsageOfSchool[], period: Period): ItemUsage[] {
  return [...Map.groupBy(usage, ({ itemCode }) => itemCode)].map(([itemCode, schools]) => {
    const deltas = new Map([[period.start, 0]]);
    for (const { openAccounts } of schools) {
      let before = 0;
      for (const { from, quantity } of openAccounts) {
        deltas.set(from, (deltas.get(from) ?? 0) + quantity - before);
        before = quantity;
      }
    }
    return { itemCode, openAccounts: stepsOf(deltas) };
  });
}

/** What U of a period is by steps that may begin before it and go on after, as `byItem` gives it. */
export function within(usage: readonly ItemUsage[], period: Period): ItemUsage[] {
  return usage
    .map(({ itemCode, openAccounts }) => {
      const before = openAccounts.filter(({ from }) => from <= period.start).at(-1)?.quantity ?? 0;
      const inside = openAccounts.filter(({ from }) => from > period.start && from < period.end);
      return { itemCode, openAccounts: [{ from: period.start, quantity: before }, ...inside] };
    })
    .filter(({ openAccounts }) => openAccounts.some(({ quantity }) => quantity > 0));
}

function accountDaysOf(
  { openAccounts }: Pick<UsageOfSchool, 'openAccounts'>,
  { end }: Period,
): number {
  return openAccounts.reduce(
    (sum, { from, quantity }, index) =>
      sum + quantity * daysBetween(from, openAccounts[index + 1]?.from ?? end),
    0,
  );
}

function stepsOf(deltas: ReadonlyMap<Step['from'], number>): Step[] {
  let quantity = 0;
  const days = [...deltas].sort(([a], [b]) => (a < b ? -1 : 1));
  return days
    .filter(([, delta], index) => index === 0 || delta !== 0)
    .map(([from, delta]) => ({ from, quantity: (quantity += delta) }));
}
