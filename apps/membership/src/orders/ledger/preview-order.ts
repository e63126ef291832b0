import { Injectable } from '@nestjs/common';
import { type Caller, requireVisible } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { DomainError } from '#libs/problems';
import { CountSeatsLost } from './count-seats-lost.js';
import { type LocalDate, withChanges } from '#libs/time';
import { checkCorrection } from '../domain/correction.js';
import { AboveMaximum, type Excess, judgeMaximum } from '../domain/maximum.js';
import type { OrderLine } from '../domain/order.js';
import { judge, type LedgerItem } from '../domain/order-ledger.js';
import { OrderBelowCommitment, type Shortfall } from '../domain/order-problems.js';
import type { SeatsLost } from '../domain/seats-at-stake.js';
import { groupCounts } from './group-counts.js';
import { type MembershipLedger, OrderLedgers } from './order-ledgers.pg.js';

export type OrderPreview = {
  readonly on: LocalDate;
  /** Empty when the order would be accepted as things stand. */
  readonly refusals: readonly {
    code: string;
    message: string;
    shortfall?: Shortfall;
    excess?: Excess;
  }[];
  /** How near the maximum it comes (ORD-6). French. */
  readonly warnings: readonly string[];
  /** What would be in force; what is, where the order is malformed. */
  readonly after: readonly LedgerItem[];
  /** Holders who would lose their seat; to be confirmed by whoever signs (PRV-7). */
  readonly seatsLost: readonly SeatsLost[];
};

/** Judges an order without writing anything; only SignOrder decides. */
@Injectable()
export class PreviewOrder {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly businessDate: BusinessDate,
    private readonly countSeatsLost: CountSeatsLost,
  ) {}

  /** Throws a refusal of kind `unavailable` where seats are at stake and provisioning does not answer. */
  async execute(input: {
    membershipId: string;
    lines: readonly OrderLine[];
    kind?: 'ORDINARY' | 'CORRECTION';
    caller: Caller;
  }): Promise<OrderPreview> {
    const { membershipId, lines, kind = 'ORDINARY', caller } = input;
    const ledger = requireVisible(caller, await this.ledgers.find(membershipId));
    const today = await this.businessDate.today();
    try {
      if (kind === 'CORRECTION') checkCorrection(ledger, lines, today);
      const after = judge(ledger, kind, lines, today);
      const warnings = await this.warningsOf(ledger, lines);
      const seatsLost = await this.countSeatsLost.withLedger(ledger, lines, today);
      return { on: today, refusals: [], warnings, after, seatsLost };
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unavailable') throw error;
      if (error instanceof OrderBelowCommitment || error instanceof AboveMaximum) {
        const { code, message } = error;
        const figures =
          error instanceof AboveMaximum
            ? error.excesses.map((excess) => ({ code, message, excess }))
            : error.shortfalls.map((shortfall) => ({ code, message, shortfall }));
        return {
          on: today,
          seatsLost: [],
          warnings: [],
          refusals: figures,
          after: ledger.items.map((item) => ({
            ...item,
            timeline: withChanges(
              item.timeline,
              lines.filter(({ itemCode }) => itemCode === item.itemCode),
            ),
          })),
        };
      }
      if (!(error instanceof DomainError)) throw error;
      return {
        on: today,
        refusals: [{ code: error.code, message: error.message }],
        warnings: [],
        after: ledger.items,
        seatsLost: [],
      };
    }
  }

  private async warningsOf(
    { marketCode, items }: MembershipLedger,
    lines: readonly OrderLine[],
  ): Promise<string[]> {
    const counted = await groupCounts(items, lines, (itemCode) =>
      this.ledgers.groupOrdered(marketCode, itemCode),
    );
    return judgeMaximum(items, lines, counted);
  }
}
