import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket, requireOrganisation } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { DomainError } from '#libs/problems';
import type { OrderLine } from './domain/order.js';
import { judge, type LedgerItem } from './domain/order-ledger.js';
import { BelowCommitment, type Shortfall } from './domain/order-problems.js';
import { withChanges } from './domain/timeline.js';
import { OrderReader } from './orders.reader.js';

export type OrderPreview = {
  /** Empty when the order would be accepted as things stand. */
  readonly refusals: readonly { code: string; message: string; shortfall?: Shortfall }[];
  /** What would be in force; what is, where the order is malformed. */
  readonly after: readonly LedgerItem[];
};

/** Judges an order without writing anything; only SignOrder decides. */
@Injectable()
export class PreviewOrder {
  constructor(
    private readonly orders: OrderReader,
    private readonly businessDate: BusinessDate,
  ) {}

  async execute(input: {
    membershipId: string;
    lines: readonly OrderLine[];
    caller: Caller;
  }): Promise<OrderPreview> {
    const { membershipId, lines, caller } = input;
    const ledger = await this.orders.ledgerOf(membershipId);
    if (!ledger) throw new NotVisible();
    requireOrganisation(caller, ledger.organisationId);
    requireMarket(caller, ledger.marketCode);
    const today = await this.businessDate.today();
    try {
      return { refusals: [], after: judge(ledger, 'ORDINARY', lines, today) };
    } catch (error) {
      if (error instanceof BelowCommitment) {
        const { code, message, shortfalls } = error;
        return {
          refusals: shortfalls.map((shortfall) => ({ code, message, shortfall })),
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
      return { refusals: [{ code: error.code, message: error.message }], after: ledger.items };
    }
  }
}
