import { setImmediate as immediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { contains, intersection, type LocalDate, minDate, type Period } from '#libs/time';
import {
  type Basis,
  calculateInvoice,
  inputOf,
  PriceMissing,
} from '../invoices/invoices.module.js';
import {
  asAnnounced,
  billingPeriodsOf,
  contractYearsOf,
  Members,
} from '../members/members.module.js';
import { type PriceEntry, type PriceList, Prices } from '../prices/prices.module.js';

type Amounts = { readonly netCents: bigint; readonly totalCents: bigint };

/** Undefined: a day that is billed has no price. */
type BeforeAndAfter = { readonly before: Amounts | undefined; readonly after: Amounts | undefined };

export type MemberPriceEffect = BeforeAndAfter & {
  readonly membershipId: string;
  readonly organisationName: string;
};

/** Of the days of one contract year that changed prices touch. */
export type PriceEffect = BeforeAndAfter & {
  readonly period: Period;
  /** Who is billed for them. */
  readonly members: number;
  /** Whose total moves most first. */
  readonly ofMembers: readonly MemberPriceEffect[];
};

type Known = Omit<Basis, 'accounts' | 'prices'>;

const membersAtOnce = 200;
const shownMax = 50;

/**
 * What changed prices come to, member by member: by the invoices' own calculation (BIL-3), from what is ordered and
 * committed, so with METERED the most that it may be. Nothing is written, nobody is waited for.
 */
@Injectable()
export class PriceEffects {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: Members,
    private readonly prices: Prices,
  ) {}

  /** By contract year, ascending; none where nothing changes. Throws MarketUnknown. */
  async of(marketCode: string, changed: readonly PriceEntry[]): Promise<PriceEffect[]> {
    const { terms, before } = await this.unitOfWork.run(async (tx) => ({
      terms: await this.members.market(tx, marketCode),
      before: await this.prices.priceList(tx, marketCode),
    }));
    const after = { ...before, entries: withChanged(before.entries, changed) };
    const periods = contractYearsOf(terms).flatMap(
      (year) => daysTouched({ ...year, end: minDate(year.end, terms.endsOn) }, changed) ?? [],
    );
    const found: MemberPriceEffect[][] = periods.map(() => []);
    for (let last = periods.length === 0 ? undefined : ''; last !== undefined;) {
      const { page, copies } = await this.page(marketCode, last);
      for (const { membershipId, organisationName } of page) {
        const known = { terms, member: asAnnounced(copies.get(membershipId)!) };
        for (const [index, days] of periods.entries()) {
          const effect = { before: costOf(known, before, days), after: costOf(known, after, days) };
          if (!isNothing(effect)) found[index]!.push({ membershipId, organisationName, ...effect });
        }
        // Some invoices each: nobody else of this process waits for many of them.
        await immediate();
      }
      last = page.length < membersAtOnce ? undefined : page.at(-1)?.membershipId;
    }
    return periods.map((period, index) => effectOf(period, found[index]!));
  }

  private page(marketCode: string, after: string) {
    return this.unitOfWork.run(async (tx) => {
      const page = await this.members.named(tx, marketCode, { after, limit: membersAtOnce });
      const ids = page.map(({ membershipId }) => membershipId);
      return { page, copies: await this.members.some(tx, ids) };
    });
  }
}

/** A changed price takes the place of the one of its item and day. */
const withChanged = (
  entries: readonly PriceEntry[],
  changed: readonly PriceEntry[],
): PriceEntry[] => [
  ...entries.filter(
    (known) =>
      !changed.some(
        ({ itemCode, effectiveFrom }) =>
          itemCode === known.itemCode && effectiveFrom === known.effectiveFrom,
      ),
  ),
  ...changed,
];

function daysTouched(year: Period, changed: readonly PriceEntry[]): Period | undefined {
  const days = changed
    .map(({ effectiveFrom }) => effectiveFrom)
    .filter((day) => contains(year, day));
  const start = days.reduce<LocalDate | undefined>(
    (first, day) => (first === undefined || day < first ? day : first),
    undefined,
  );
  return start && { start, end: year.end };
}

/** Each billing period is priced by itself, as its invoice will be; undefined where a day has no price. */
function costOf({ terms, member }: Known, prices: PriceList, days: Period): Amounts | undefined {
  const sum = { netCents: 0n, totalCents: 0n };
  try {
    for (const whole of billingPeriodsOf(terms, member.rhythms)) {
      const period = intersection(whole, days);
      const input = period && inputOf({ terms, member, prices }, period, 'ORDERED', []);
      if (input === undefined) continue;
      const { netCents, totalCents } = calculateInvoice(input);
      sum.netCents += netCents;
      sum.totalCents += totalCents;
    }
    return sum;
  } catch (error) {
    if (error instanceof PriceMissing) return undefined;
    throw error;
  }
}

/** Not billed for these days: with no price it would have been missed, and nothing costs nothing either way. */
const isNothing = ({ before, after }: BeforeAndAfter): boolean =>
  before?.totalCents === 0n && after?.totalCents === 0n;

function effectOf(period: Period, members: readonly MemberPriceEffect[]): PriceEffect {
  return {
    ...{ period, members: members.length },
    before: totalOf(members.map(({ before }) => before)),
    after: totalOf(members.map(({ after }) => after)),
    ofMembers: mostMovedFirst(members).slice(0, shownMax),
  };
}

const totalOf = (amounts: readonly (Amounts | undefined)[]): Amounts | undefined =>
  amounts.reduce<Amounts | undefined>(
    (sum, one) =>
      sum && one
        ? { netCents: sum.netCents + one.netCents, totalCents: sum.totalCents + one.totalCents }
        : undefined,
    { netCents: 0n, totalCents: 0n },
  );

function mostMovedFirst(members: readonly MemberPriceEffect[]): MemberPriceEffect[] {
  const moved = ({ before, after }: MemberPriceEffect) => {
    const difference = (after?.totalCents ?? 0n) - (before?.totalCents ?? 0n);
    return difference < 0n ? -difference : difference;
  };
  return [...members].sort((one, other) => {
    const [a, b] = [moved(one), moved(other)];
    if (a !== b) return a > b ? -1 : 1;
    return one.membershipId < other.membershipId ? -1 : 1;
  });
}
