import { Injectable } from '@nestjs/common';
import { type Caller, requireVisible } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type LocalDate, maxDate, quantityOn, type Timeline, withoutIdleSteps } from '#libs/time';
import { linesMax, smallestMarginOf } from '../domain/order-ledger.js';
import { type MembershipLedger, OrderLedgers } from './order-ledgers.pg.js';
import { type RecordedOrder, RecordedOrders } from './recorded-orders.pg.js';

type LedgerAsked = { readonly membershipId: string; readonly caller: Caller };

export type Quantities = {
  readonly on: LocalDate;
  readonly decreaseNoticeDays: number;
  readonly orderLinesMax: number;
  readonly items: readonly {
    readonly itemCode: string;
    readonly label: string;
    /** C and O on that day; 0 outside the membership. */
    readonly commitmentToday: number;
    readonly orderedToday: number;
    readonly smallestMargin: number;
    /** C(d) over the membership. */
    readonly commitment: Timeline;
    readonly timeline: Timeline;
  }[];
};

/** The ledger of a membership as people look at it. */
@Injectable()
export class ViewLedger {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly recorded: RecordedOrders,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Oldest first, one order more than `limit` where there is one. */
  async orders(
    input: LedgerAsked & {
      readonly after: readonly [position: number] | undefined;
      readonly limit: number;
    },
  ): Promise<RecordedOrder[]> {
    await this.seen(input);
    return this.recorded.list(input.membershipId, input.after?.[0] ?? 0, input.limit + 1);
  }

  /** C, O and margin over its life. */
  async quantities(input: LedgerAsked): Promise<Quantities> {
    const ledger = await this.seen(input);
    const on = await this.businessDate.today();
    const { startsOn, endsOn, items } = ledger;
    const inForce = startsOn !== undefined && endsOn !== undefined && startsOn <= on && on < endsOn;
    return {
      on,
      decreaseNoticeDays: ledger.decreaseNoticeDays,
      orderLinesMax: linesMax,
      items: items.map(({ itemCode, label, commitment, timeline }) => ({
        itemCode,
        label,
        commitmentToday: inForce ? quantityOn(commitment, on) : 0,
        orderedToday: inForce ? quantityOn(timeline, on) : 0,
        smallestMargin:
          startsOn && endsOn
            ? smallestMarginOf(ledger, itemCode, maxDate(startsOn, on), endsOn)
            : 0,
        commitment,
        timeline: withoutIdleSteps(timeline),
      })),
    };
  }

  private async seen({ membershipId, caller }: LedgerAsked): Promise<MembershipLedger> {
    return requireVisible(caller, await this.ledgers.find(membershipId));
  }
}
