import { Injectable } from '@nestjs/common';
import { type Caller, requireVisible } from '#libs/identity';
import { OrderLedgers } from './order-ledgers.pg.js';
import { type RecordedOrder, RecordedOrders } from './recorded-orders.pg.js';

/** The orders of a membership as its ledger holds them, oldest first. */
@Injectable()
export class ListOrders {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly recorded: RecordedOrders,
  ) {}

  /** Gives one order more than `limit` where there is one, so that the page knows its successor. */
  async execute(input: {
    membershipId: string;
    afterPosition: number;
    limit: number;
    caller: Caller;
  }): Promise<RecordedOrder[]> {
    requireVisible(input.caller, await this.ledgers.find(input.membershipId));
    return this.recorded.list(input.membershipId, input.afterPosition, input.limit + 1);
  }
}
