import { Injectable } from '@nestjs/common';
import { type Caller, requireVisible } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type LocalDate, maxDate, quantityOn, type Timeline, withoutIdleSteps } from '#libs/time';
import { linesMax, smallestMarginOf } from '../domain/order-ledger.js';
import { OrderLedgers } from './order-ledgers.pg.js';

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

/** C, O and margin of a membership over its life. */
@Injectable()
export class GetQuantities {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly businessDate: BusinessDate,
  ) {}

  async execute({
    membershipId,
    caller,
  }: {
    membershipId: string;
    caller: Caller;
  }): Promise<Quantities> {
    const ledger = requireVisible(caller, await this.ledgers.find(membershipId));
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
}
