import { Injectable } from '@nestjs/common';
import type { Cents } from '#libs/money';
import { type SeatsOfItem, yearCentsOf } from './domain/year-cents.js';
import { SeatPrices } from './seat-prices.gateway.js';

/** Seats of a view, and of which items they are. */
export type OfSeats = { readonly seats: number; readonly seatItems: readonly SeatsOfItem[] };
type Priced<View extends OfSeats> = Omit<View, 'seatItems'> & { readonly seatsYearCents?: Cents };
export type PriceOf = <View extends OfSeats>(view: View) => Priced<View>;

/** Says beside seats what they cost for a contract year (PRV-5, PRV-8). */
@Injectable()
export class PriceSeats {
  constructor(private readonly prices: SeatPrices) {}

  /** What prices these views, asked for once; whatever ails billing, the rest is said. */
  async forAll(views: readonly OfSeats[]): Promise<PriceOf> {
    const markets = new Set(
      views.flatMap(({ seatItems }) => seatItems.map(({ marketCode }) => marketCode)),
    );
    const prices = markets.size === 0 ? [] : await this.prices.ofMarkets([...markets]);
    return ({ seatItems, ...view }) => {
      const cents = yearCentsOf(view.seats, seatItems, prices);
      return { ...view, ...(cents === undefined ? {} : { seatsYearCents: cents }) };
    };
  }
}
