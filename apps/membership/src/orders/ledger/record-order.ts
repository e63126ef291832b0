import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { judgeMaximum } from '../domain/maximum.js';
import type { Order, OrderKind, OrderLine } from '../domain/order.js';
import { judge } from '../domain/order-ledger.js';
import { groupCounts } from './group-counts.js';
import { orderAtHead, type OrderToRecord, signedEventOf } from './order-to-append.js';
import { type MembershipLedger, OrderLedgers } from './orders.repository.js';

export type { OrderToRecord } from './order-to-append.js';

export type RecordedInLedger = {
  readonly order: Order;
  readonly ledgerHead: string;
  /** What whoever signed should know: how near the maximum it came (ORD-6). French. */
  readonly warnings: readonly string[];
};

/** The way into the ledger under its lock: judged whole, chained, written, told. */
@Injectable()
export class RecordOrder {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly outbox: Outbox,
  ) {}

  /** The ledger must have been read under its lock in this transaction. Throws what `judge` throws, and AboveMaximum. */
  async execute(
    tx: Transaction,
    ledger: MembershipLedger,
    toRecord: OrderToRecord,
    today: LocalDate,
  ): Promise<RecordedInLedger> {
    const { kind, lines } = toRecord;
    judge(ledger, kind, lines, today);
    const warnings = await this.warningsOf(tx, ledger, kind, lines);
    const append = orderAtHead(ledger, toRecord, today);
    await this.ledgers.append(tx, append.order, append.chained);
    await this.outbox.add(tx, signedEventOf(ledger, append));
    return { order: append.order, ledgerHead: append.chained.hash, warnings };
  }

  /** A succession moves its share of the maximum and is not refused by it (ORD-6). Throws AboveMaximum. */
  private async warningsOf(
    tx: Transaction,
    { marketCode, items }: MembershipLedger,
    kind: OrderKind,
    lines: readonly OrderLine[],
  ): Promise<string[]> {
    if (kind === 'SUCCESSION') return [];
    const counted = await groupCounts(items, lines, (itemCode) =>
      this.ledgers.groupOrdered(tx, marketCode, itemCode),
    );
    return judgeMaximum(items, lines, counted);
  }
}
