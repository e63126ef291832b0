import { Injectable } from '@nestjs/common';
import { OrderReader } from './orders.reader.js';

/** Version and ledger head of each membership of a market: what a copy must have reached (BIL-5). */
@Injectable()
export class ListLedgerHeads {
  constructor(private readonly orders: OrderReader) {}

  execute(marketCode: string): ReturnType<OrderReader['headsOf']> {
    return this.orders.headsOf(marketCode);
  }
}
