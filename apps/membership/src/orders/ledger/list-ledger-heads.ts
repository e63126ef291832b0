import { Injectable } from '@nestjs/common';
import { OrderLedgers } from './order-ledgers.pg.js';

/** Version and ledger head of each membership of a market: what a copy must have reached (BIL-5). */
@Injectable()
export class ListLedgerHeads {
  constructor(private readonly ledgers: OrderLedgers) {}

  execute(marketCode: string): ReturnType<OrderLedgers['headsOf']> {
    return this.ledgers.headsOf(marketCode);
  }
}
