import { Injectable } from '@nestjs/common';
import { event, type NewEvent, OrderSignedSchema } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import { newRowId, together, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { judgeMaximum } from '../domain/maximum.js';
import { type Order, type OrderKind, type OrderLine, orderNumberOf } from '../domain/order.js';
import { judge } from '../domain/order-ledger.js';
import { chain } from './ledger-hash.js';
import { type MembershipLedger, OrderLedgers, type OrderToAppend } from './order-ledgers.pg.js';
import { toOrderMessage } from './order-message.js';

/** What the ledger does not say of itself: place, number and day are its own. */
export type OrderToRecord = Omit<
  Order,
  'orderId' | 'membershipId' | 'number' | 'signedOn' | 'ledgerPosition'
>;

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

  /**
   * The ledger must have been read under its lock in this transaction. `seatsLost`: how many whoever signs has confirmed
   * (PRV-7). Throws what `judge` throws, and AboveMaximum.
   */
  async execute(
    tx: Transaction,
    ledger: MembershipLedger,
    toRecord: OrderToRecord,
    today: LocalDate,
    seatsLost = 0,
  ): Promise<RecordedInLedger> {
    const { recorded, append, signed } = await this.judged(tx, ledger, toRecord, today, seatsLost);
    await together(this.ledgers.append(tx, append), this.outbox.add(tx, signed));
    return recorded;
  }

  /** The same as the last act of a transaction: where others took meanwhile what was left, its commit throws AboveMaximum. */
  async send(
    tx: Transaction,
    ledger: MembershipLedger,
    toRecord: OrderToRecord,
    today: LocalDate,
    seatsLost: number,
  ): Promise<RecordedInLedger> {
    const { recorded, append, signed } = await this.judged(tx, ledger, toRecord, today, seatsLost);
    await this.ledgers.send(tx, append);
    await this.outbox.send(tx, signed);
    return recorded;
  }

  private async judged(
    tx: Transaction,
    ledger: MembershipLedger,
    toRecord: OrderToRecord,
    today: LocalDate,
    seatsLost: number,
  ): Promise<{ recorded: RecordedInLedger; append: OrderToAppend; signed: NewEvent }> {
    const { kind, lines } = toRecord;
    judge(ledger, kind, lines, today);
    const warnings = await this.warningsOf(tx, ledger, kind, lines);
    const append = orderAtHead(ledger, toRecord, today);
    const { order, hash: ledgerHead } = append;
    const { membershipId } = order;
    const signed = event(OrderSignedSchema, membershipId, {
      membershipId,
      membershipVersion: ledger.version + 1,
      order: toOrderMessage(order),
      ledgerHead,
      seatsLost,
    });
    return { recorded: { order, ledgerHead, warnings }, append, signed };
  }

  /** A succession moves its share of the maximum and is not refused by it (ORD-6). Throws AboveMaximum. */
  private async warningsOf(
    tx: Transaction,
    ledger: MembershipLedger,
    kind: OrderKind,
    lines: readonly OrderLine[],
  ): Promise<string[]> {
    if (kind === 'SUCCESSION') return [];
    const counted = await this.ledgers.groupCounts(ledger, lines, tx);
    return judgeMaximum(ledger.items, lines, counted);
  }
}

/** The order that follows the head of a ledger, already judged. */
function orderAtHead(
  ledger: MembershipLedger,
  toRecord: OrderToRecord,
  today: LocalDate,
): OrderToAppend {
  const ledgerPosition = ledger.ledgerPosition + 1;
  const order: Order = {
    ...toRecord,
    orderId: newRowId(),
    membershipId: ledger.membershipId,
    number: orderNumberOf(ledgerPosition),
    signedOn: today,
    ledgerPosition,
  };
  const previousHash = ledger.ledgerHead;
  return { order, previousHash, ...chain(previousHash, order) };
}
