import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket, requireOrganisation } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { type LocalDate, minDate, type Period } from '#libs/time';
import {
  type Basis,
  calculateInvoice,
  explanationOf,
  inputOf,
  type ItemUsage,
  PriceMissing,
  UsageGateway,
} from '../invoices/invoices.module.js';
import {
  asAnnounced,
  billingPeriodsOf,
  type MarketTerms,
  memberAsOf,
  MemberHistories,
  Members,
} from '../members/members.module.js';
import { type PriceList, Prices } from '../prices/prices.module.js';
import { type Amounts, isUpperBound, zeroAmounts } from './domain/estimate.js';
import {
  type AccruedPeriod,
  accruedAt,
  civilYear,
  type IssuedAmounts,
  isOver,
  periodsOfYear,
  type Priced,
  sumOf,
} from './domain/year-end.js';
import { YearEndBooks } from './year-end-books.pg.js';

type NoPrice = { readonly itemCode: string; readonly label: string; readonly firstDay: string };

export type YearEnd = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly year: number;
  /** The year's days are not over, or metering may still count more of them. */
  readonly isProvisional: boolean;
  readonly accrued: Amounts;
  readonly periods: readonly AccruedPeriod[];
  /** Some accrued day has no price: nothing is accrued then, and what lacks is said. */
  readonly accrualLacks: NoPrice | undefined;
  readonly forecastYear: number;
  /** Of the days before the first one without price. */
  readonly forecast: Amounts;
  readonly forecastPeriods: readonly { readonly period: Period; readonly priced: Priced }[];
  readonly forecastLacks: NoPrice | undefined;
  /** With METERED: the most that the next year may cost, by what is ordered, but for the rounding of lines. */
  readonly isUpperBound: boolean;
  /** First day that is not counted, as it is announced; undefined for a membership that is not in force on any day. */
  readonly endsOn: LocalDate | undefined;
};

/** What one market's members are priced by, at one moment. */
type Known = {
  readonly terms: MarketTerms;
  readonly prices: PriceList;
  readonly today: LocalDate;
  /** With METERED: U by membership, up to the year's end or today. */
  readonly usage: ReadonlyMap<string, readonly ItemUsage[]>;
};

const membersAtOnce = 200;

/**
 * What a member provides for at the end of a civil year, and for the next one (BIL-9): by the invoices' own calculation,
 * written nowhere.
 */
@Injectable()
export class ViewYearEnd {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly members: Members,
    private readonly histories: MemberHistories,
    private readonly prices: Prices,
    private readonly usage: UsageGateway,
    private readonly books: YearEndBooks,
  ) {}

  /** Throws NotVisible for what is unknown or another member's (SUP-3); with METERED what metering refuses. */
  async ofMembership(caller: Caller, membershipId: string, year: number): Promise<YearEnd> {
    const organisation = await this.members.organisationOf(membershipId);
    if (!organisation) throw new NotVisible();
    requireOrganisation(caller, organisation.marketCode, organisation.organisationId);
    const named = { membershipId, organisationName: organisation.name };
    const known = await this.known(organisation.marketCode, year);
    const [found] = await this.unitOfWork.run((tx) => this.ofMembers(tx, [named], known, year));
    if (!found) throw new NotVisible();
    return found;
  }

  /** By membership; one more than `limit` where there is one. Throws NotVisible, MarketUnknown. */
  async ofMarket(
    caller: Caller,
    {
      marketCode,
      year,
      after,
      limit,
    }: { marketCode: string; year: number; after: string; limit: number },
  ): Promise<YearEnd[]> {
    requireMarket(caller, marketCode);
    const known = await this.known(marketCode, year);
    const page = {
      before: civilYear(year + 1).end,
      after,
      limit: Math.min(limit, membersAtOnce) + 1,
    };
    return this.unitOfWork.run(async (tx) => {
      const members = await this.books.membersOf(tx, marketCode, page);
      return this.ofMembers(tx, members, known, year);
    });
  }

  /** Metering is asked outside any transaction. */
  private async known(marketCode: string, year: number): Promise<Known> {
    const { today, ...known } = await this.unitOfWork.run(async (tx) => ({
      terms: await this.members.market(tx, marketCode),
      prices: await this.prices.priceList(tx, marketCode),
      today: await this.businessDate.today(tx),
    }));
    if (known.terms.basis === 'ORDERED') return { ...known, today, usage: new Map() };
    const until = minDate(today, civilYear(year).end);
    const found = await this.usage.ofMarket(marketCode, until);
    return { ...known, today, usage: new Map(found.map((one) => [one.membershipId, one.items])) };
  }

  private async ofMembers(
    tx: Transaction,
    members: readonly { membershipId: string; organisationName: string }[],
    known: Known,
    year: number,
  ): Promise<YearEnd[]> {
    const ids = members.map(({ membershipId }) => membershipId);
    const histories = await this.histories.of(tx, ids);
    const issued = await this.books.issuedBefore(tx, ids, civilYear(year).end);
    return members.flatMap((named) => {
      const history = histories.get(named.membershipId);
      if (history === undefined) return [];
      const basis = {
        terms: known.terms,
        prices: known.prices,
        member: asAnnounced(memberAsOf(history)),
      };
      return [
        yearEndOf(basis, { ...named, year, known, issued: issued.get(named.membershipId) ?? [] }),
      ];
    });
  }
}

function yearEndOf(
  basis: Omit<Basis, 'accounts'>,
  about: {
    readonly membershipId: string;
    readonly organisationName: string;
    readonly year: number;
    readonly known: Known;
    readonly issued: readonly IssuedAmounts[];
  },
): YearEnd {
  const { membershipId, organisationName, year, known, issued } = about;
  const { terms, member } = basis;
  const usage = known.usage.get(membershipId) ?? [];
  const periods = billingPeriodsOf(terms, member.rhythms);
  const of = { membership: member.period ?? noDays, billingPeriods: member.period ? periods : [] };
  const owed = accrual(() =>
    accruedAt(year, of, issued, (period) => priced(basis, period, terms.basis, usage)),
  );
  const next = forecastOf(basis, periodsOfYear(year + 1, of));
  return {
    ...{ membershipId, organisationName, year },
    isProvisional: !isOver(year, known.today),
    accrued: sumOf(owed.periods.map(({ accrued }) => accrued)),
    periods: owed.periods,
    accrualLacks: owed.lacks,
    forecastYear: year + 1,
    forecast: sumOf(next.periods.map((one) => one.priced)),
    forecastPeriods: next.periods,
    forecastLacks: next.lacks,
    isUpperBound: isUpperBound(terms),
    endsOn: member.period?.end,
  };
}

const noDays: Period = civilYear(1900);

function accrual(find: () => AccruedPeriod[]): {
  periods: readonly AccruedPeriod[];
  lacks: NoPrice | undefined;
} {
  try {
    return { periods: find(), lacks: undefined };
  } catch (error) {
    return { periods: [], lacks: lackOf(error) };
  }
}

/** As ordered; up to the first day that has no price, since none is carried over (BIL-2). */
function forecastOf(basis: Omit<Basis, 'accounts'>, days: readonly Period[]) {
  const periods: { period: Period; priced: Priced }[] = [];
  let lacks: NoPrice | undefined;
  for (const whole of days) {
    let period: Period | undefined = whole;
    while (period !== undefined) {
      try {
        periods.push({ period, priced: priced(basis, period, 'ORDERED', []) });
        break;
      } catch (error) {
        lacks = lackOf(error);
        const end = lacks.firstDay as LocalDate;
        period = end > period.start && end < period.end ? { start: period.start, end } : undefined;
      }
    }
    if (lacks !== undefined) break;
  }
  return { periods, lacks };
}

function lackOf(error: unknown): NoPrice {
  if (!(error instanceof PriceMissing)) throw error;
  const { itemCode, label, firstDay } = error;
  return { itemCode, label, firstDay };
}

function priced(
  basis: Omit<Basis, 'accounts'>,
  period: Period,
  by: MarketTerms['basis'],
  usage: readonly ItemUsage[],
): Priced {
  const input = inputOf(basis, period, by, usage);
  if (input === undefined) return { ...zeroAmounts, lines: [] };
  const { lines, netCents, vatCents, totalCents } = calculateInvoice(input);
  return {
    ...{ netCents, vatCents, totalCents },
    lines: lines.map((line) => `${line.label} : ${explanationOf(line, by)}`),
  };
}
