import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { event, OrderSignedSchema } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import {
  type DocumentReference,
  type Order,
  type OrderKind,
  type OrderLine,
  orderNumberOf,
} from './domain/order.js';
import { judge } from './domain/order-ledger.js';
import { chain } from './ledger-hash.js';
import { toOrderMessage } from './order-message.js';
import { type MembershipLedger, OrderLedgers } from './orders.repository.js';

export type OrderToRecord = {
  readonly kind: OrderKind;
  readonly lines: readonly OrderLine[];
  readonly signedBy: string;
  readonly restsOn: readonly DocumentReference[];
};

export type RecordedInLedger = { readonly order: Order; readonly ledgerHead: string };

/** The one way into the ledger: judged whole, chained, written, told. */
@Injectable()
export class RecordOrder {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly outbox: Outbox,
  ) {}

  /** The ledger must have been read under its lock in this transaction. Throws what `judge` throws. */
  async execute(
    tx: Transaction,
    ledger: MembershipLedger,
    { kind, lines, signedBy, restsOn }: OrderToRecord,
    today: LocalDate,
  ): Promise<RecordedInLedger> {
    judge(ledger, kind, lines, today);
    const ledgerPosition = ledger.ledgerPosition + 1;
    const order: Order = {
      orderId: randomUUID(),
      membershipId: ledger.membershipId,
      number: orderNumberOf(ledgerPosition),
      kind,
      signedOn: today,
      signedBy,
      lines,
      restsOn,
      ledgerPosition,
    };
    const { content, hash } = chain(ledger.ledgerHead, order);
    await this.ledgers.append(tx, order, { previousHash: ledger.ledgerHead, content, hash });
    await this.outbox.add(
      tx,
      event(OrderSignedSchema, ledger.membershipId, {
        membershipId: ledger.membershipId,
        membershipVersion: BigInt(ledger.version + 1),
        order: toOrderMessage(order),
        ledgerHead: hash,
      }),
    );
    return { order, ledgerHead: hash };
  }
}
