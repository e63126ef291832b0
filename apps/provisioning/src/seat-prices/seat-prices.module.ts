import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PriceSeats } from './price-seats.js';
import { SeatPrices } from './seat-prices.gateway.js';
import { BillingAddress, BillingSeatPrices } from './seat-prices.grpc-gateway.js';

export type { SeatsOfItem } from './domain/year-cents.js';
export { seatItemsOf, summedItems } from './seat-items.pg.js';
export { PriceSeats, SeatPrices };

/** What seats cost, for who reads of them. */
@Global()
@Module({})
export class SeatPricesModule {
  static with(options: { billingAddress: string }): DynamicModule {
    return {
      module: SeatPricesModule,
      providers: [
        PriceSeats,
        { provide: SeatPrices, useClass: BillingSeatPrices },
        { provide: BillingAddress, useValue: new BillingAddress(options.billingAddress) },
      ],
      exports: [PriceSeats],
    };
  }
}
