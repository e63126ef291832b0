import { Injectable } from '@nestjs/common';
import type { PreviewOrderRequest } from '#libs/contracts';
import { type Asked, requireVisible } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { refusalTold } from '#libs/problems';
import { SeatsToConfirm } from './seats-to-confirm.js';
import { type LocalDate, withChanges } from '#libs/time';
import { checkCorrection } from '../domain/correction.js';
import { AboveMaximum, type Excess, judgeMaximum } from '../domain/maximum.js';
import type { OrderLine } from '../domain/order.js';
import { judge, type LedgerItem } from '../domain/order-ledger.js';
import { OrderBelowCommitment, type Shortfall } from '../domain/order-problems.js';
import type { SeatsLost } from '../domain/seats-at-stake.js';
import { OrderLedgers } from './order-ledgers.pg.js';

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
    private readonly seats: SeatsToConfirm,
  ) {}

  /** Throws a refusal of kind `unavailable` where seats are at stake and provisioning does not answer. */
  async execute(
    input: Asked<
      PreviewOrderRequest,
      { lines: readonly OrderLine[]; kind?: 'ORDINARY' | 'CORRECTION' }
    >,
  ): Promise<OrderPreview> {
    const { membershipId, lines, kind = 'ORDINARY', caller } = input;
    const ledger = requireVisible(caller, await this.ledgers.find(membershipId));
    const today = await this.businessDate.today();
    try {
      if (kind === 'CORRECTION') checkCorrection(ledger, lines, today);
      const after = judge(ledger, kind, lines, today);
      const counted = await this.ledgers.groupCounts(ledger, lines);
      const warnings = judgeMaximum(ledger.items, lines, counted);
      const seatsLost = await this.seats.count(ledger, lines, today);
      return { on: today, refusals: [], warnings, after, seatsLost };
    } catch (error) {
      const refused = { on: today, warnings: [], seatsLost: [] };
      const told = refusalTold(error);
      const shortfalls = error instanceof OrderBelowCommitment ? error.shortfalls : [];
      const excesses = error instanceof AboveMaximum ? error.excesses : [];
      const refusals = [
        ...shortfalls.map((shortfall) => ({ ...told, shortfall })),
        ...excesses.map((excess) => ({ ...told, excess })),
      ];
      if (refusals.length === 0) return { ...refused, refusals: [told], after: ledger.items };
      const changesOf = (code: string) => lines.filter(({ itemCode }) => itemCode === code);
      const after = ledger.items.map((item) => ({
        ...item,
        timeline: withChanges(item.timeline, changesOf(item.itemCode)),
      }));
      return { ...refused, refusals, after };
    }
  }
}
