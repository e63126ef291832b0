import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { type LocalDate, quantityOn } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import { MembershipUnknown } from '../domain/order-problems.js';
import { OrderLedgers } from './order-ledgers.pg.js';
import { type RecordedInLedger, RecordOrder } from './record-order.js';

export type InitialOrderInput = {
  readonly membershipId: string;
  readonly from: LocalDate;
  readonly signedBy: string;
  /** Convention and annex 2. */
  readonly restsOn: readonly DocumentReference[];
};

/** Records the order equal to C with which a membership becomes active (ORD-1), effective on its `from`, also when that is past. */
@Injectable()
export class RecordInitialOrder {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
  ) {}

  /** Undefined where nothing is committed: there is no empty order. */
  async execute(
    tx: Transaction,
    { membershipId, from, signedBy, restsOn }: InitialOrderInput,
    today: LocalDate,
  ): Promise<RecordedInLedger | undefined> {
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, from);
    if (!ledger) throw new MembershipUnknown('Cette adhésion n’existe pas.', { membershipId });
    const lines = ledger.items
      .map(({ itemCode, commitment }) => ({
        itemCode,
        effectiveFrom: from,
        delta: quantityOn(commitment, from),
      }))
      .filter(({ delta }) => delta > 0);
    if (lines.length === 0) return undefined;
    return this.recordOrder.execute(
      tx,
      ledger,
      { kind: 'INITIAL', lines, signedBy, restsOn },
      today,
    );
  }
}
