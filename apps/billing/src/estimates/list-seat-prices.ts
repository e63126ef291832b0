import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import type { UnitPrice } from '#libs/money';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { contains, type LocalDate } from '#libs/time';
import { MarketUnknown } from '#libs/trade';
import { contractYearsOf, type MarketTerms, Members } from '../members/members.module.js';
import { priceOn, Prices } from '../prices/prices.module.js';

export type SeatPrice = {
  readonly marketCode: string;
  readonly itemCode: string;
  readonly unitPrice: UnitPrice;
};

export const marketsMax = 50;

/** What an account of each item costs for the contract year of the service's day (BIL-2). Writes nothing. */
@Injectable()
export class ListSeatPrices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly members: Members,
    private readonly prices: Prices,
  ) {}

  /** Of the first markets that are asked for; one that is unknown, and an item without a price, is left out. */
  execute(marketCodes: readonly string[]): Promise<SeatPrice[]> {
    return this.unitOfWork.run(async (tx) => {
      const on = await this.businessDate.today(tx);
      const found: SeatPrice[] = [];
      for (const marketCode of [...new Set(marketCodes)].slice(0, marketsMax))
        found.push(...(await this.ofMarket(tx, marketCode, on)));
      return found;
    });
  }

  private async ofMarket(tx: Transaction, marketCode: string, on: LocalDate): Promise<SeatPrice[]> {
    const terms = await this.terms(tx, marketCode);
    const year = terms && contractYearsOf(terms).find((each) => contains(each, on));
    if (!terms || !year) return [];
    const { entries } = await this.prices.priceList(tx, marketCode);
    return terms.items.flatMap(({ code: itemCode }) => {
      const unitPrice = priceOn(entries, itemCode, { year, on });
      return unitPrice === undefined ? [] : [{ marketCode, itemCode, unitPrice }];
    });
  }

  private async terms(tx: Transaction, marketCode: string): Promise<MarketTerms | undefined> {
    try {
      return await this.members.market(tx, marketCode);
    } catch (error) {
      if (!(error instanceof MarketUnknown)) throw error;
      return undefined;
    }
  }
}
