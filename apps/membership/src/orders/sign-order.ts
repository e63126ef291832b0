import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import {
  answerOrThrow,
  audit,
  once,
  RepeatedRefusal,
  requestHashOf,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import { type LocalDate, minDate } from '#libs/time';
import { type OrderLine } from './domain/order.js';
import { OrderLedgers } from './orders.repository.js';
import { type RecordedInLedger, RecordOrder } from './record-order.js';

export type SignOrderInput = {
  readonly idempotencyKey: string;
  readonly membershipId: string;
  readonly lines: readonly OrderLine[];
  /** An orderer of the member: nobody else commits its money. */
  readonly caller: Caller;
};

/** Signs a bon de commande (ORD-1 to ORD-5): all lines or none. */
@Injectable()
export class SignOrder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly businessDate: BusinessDate,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too (ORD-3). A refusal writes no order and
   * no event; its answer and an audit entry are kept.
   */
  async execute({
    idempotencyKey,
    membershipId,
    lines,
    caller,
  }: SignOrderInput): Promise<RecordedInLedger> {
    const scope = {
      organisationId: caller.organisationId ?? '',
      operation: 'SignOrder',
      key: idempotencyKey,
      requestHash: requestHashOf({ membershipId, lines }),
    };
    const result = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const decided = await once(tx, scope, () =>
        this.sign(tx, membershipId, lines, caller, today),
      );
      if ('refusal' in decided && !(decided.refusal instanceof RepeatedRefusal)) {
        const { code, details } = decided.refusal;
        await audit(tx, {
          action: 'order.refused',
          subject: `membership:${membershipId}`,
          actor: caller.userId,
          businessDate: today,
          details: { code, ...details, lines },
        });
      }
      return decided;
    });
    return answerOrThrow(result);
  }

  private async sign(
    tx: Transaction,
    membershipId: string,
    lines: readonly OrderLine[],
    caller: Caller,
    today: LocalDate,
  ): Promise<RecordedInLedger> {
    const since = lines
      .map(({ effectiveFrom }) => effectiveFrom)
      .reduce((a, b) => minDate(a, b), today);
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, since);
    if (!ledger || ledger.organisationId !== caller.organisationId) throw new NotVisible();
    requireMarket(caller, ledger.marketCode);
    const signed = await this.recordOrder.execute(
      tx,
      ledger,
      { kind: 'ORDINARY', lines, signedBy: caller.userId, restsOn: [] },
      today,
    );
    await audit(tx, {
      action: 'order.signed',
      subject: `membership:${membershipId}`,
      actor: caller.userId,
      restsOn: signed.order.orderId,
      businessDate: today,
      details: { hash: signed.ledgerHead, lines },
    });
    return signed;
  }
}
