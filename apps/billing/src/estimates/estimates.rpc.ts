import { Controller } from '@nestjs/common';
import {
  BillingService,
  type EstimateCostRequest,
  type GetYearEndRequest,
  type ListSeatPricesRequest,
  type ListYearEndsRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import type { Period } from '#libs/time';
import { EstimateCost } from './estimate-cost.js';
import { ListSeatPrices } from './list-seat-prices.js';
import { ViewYearEnd, type YearEnd } from './view-year-end.js';

@Controller()
export class EstimatesRpc {
  constructor(
    private readonly estimateCost: EstimateCost,
    private readonly yearEnds: ViewYearEnd,
    private readonly seatPrices: ListSeatPrices,
  ) {}

  @Answers(BillingService.method.estimateCost)
  async estimate({ membershipId, changes }: EstimateCostRequest, caller: Caller) {
    const { membershipVersion, invoicedUntil, horizons, ...rest } = await this.estimateCost.execute(
      {
        membershipId,
        changes: changes.map((change) => ({ ...change, delta: change.delta })),
        caller,
      },
    );
    return {
      ...rest,
      membershipVersion,
      invoicedUntil: invoicedUntil ?? '',
      horizons: horizons.map(({ name, period, ...amounts }) => ({
        name,
        period: { startsOn: period.start, endsOn: period.end },
        ...amounts,
      })),
    };
  }

  @Answers(BillingService.method.listSeatPrices)
  async listSeatPrices({ marketCodes }: ListSeatPricesRequest) {
    const prices = await this.seatPrices.execute(marketCodes);
    return {
      prices: prices.map(({ unitPrice, ...of }) => ({
        ...of,
        unitPriceTenThousandths: Number(unitPrice),
      })),
    };
  }

  @Answers(BillingService.method.getYearEnd)
  async getYearEnd({ membershipId, year }: GetYearEndRequest, caller: Caller) {
    return { yearEnd: toYearEnd(await this.yearEnds.ofMembership(caller, membershipId, year)) };
  }

  @Answers(BillingService.method.listYearEnds)
  async listYearEnds({ marketCode, year, ...page }: ListYearEndsRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const [after = ''] = decodeCursor(page.cursor, 'text') ?? [];
    const found = await this.yearEnds.ofMarket(caller, { marketCode, year, after, limit });
    const { rows, nextCursor } = pageOf(found, limit, ({ membershipId }) => [membershipId]);
    // A list holds sums: what they are made of is told of one member.
    const sums = rows.map((one) => ({ ...toYearEnd(one), periods: [], forecastPeriods: [] }));
    return { yearEnds: sums, nextCursor };
  }
}

function toYearEnd(yearEnd: YearEnd) {
  const { periods, forecastPeriods, accrualLacks, forecastLacks, endsOn, ...rest } = yearEnd;
  return {
    ...rest,
    endsOn: endsOn ?? '',
    periods: periods.map(({ period, owed: { lines, ...owed }, invoiced, accrued }) => ({
      ...{ period: toPeriod(period), owed, invoiced, accrued, lines: [...lines] },
    })),
    forecastPeriods: forecastPeriods.map(({ period, priced: { lines, ...amounts } }) => ({
      ...{ period: toPeriod(period), amounts, lines: [...lines] },
    })),
    ...(accrualLacks ? { accrualLacks } : {}),
    ...(forecastLacks ? { forecastLacks } : {}),
  };
}

const toPeriod = ({ start, end }: Period) => ({ startsOn: start, endsOn: end });
