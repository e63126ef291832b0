import { Injectable } from '@nestjs/common';
import { NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import {
  audit,
  type IdempotencyScope,
  once,
  type Once,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import { type LocalDate, minDate } from '#libs/time';
import { totalLost } from './domain/seats-at-stake.js';
import { OrderLedgers } from './orders.repository.js';
import { type RecordedInLedger, RecordOrder } from './record-order.js';
import { SeatsToConfirm, type SeatsTold } from './seats-to-confirm.js';
import { auditDetailsOf, type OrderToSign } from './order-to-sign.js';

/**
 * Signs behind the membership's lock, in one transaction: where more belongs to it than the order (a draft), and
 * where decisions without the lock kept being overtaken.
 */
@Injectable()
export class SignUnderLock {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly businessDate: BusinessDate,
    private readonly seatsToConfirm: SeatsToConfirm,
  ) {}

  async execute(scope: IdempotencyScope, toSign: OrderToSign): Promise<Once<RecordedInLedger>> {
    const { membershipId, lines, caller } = toSign;
    const seats = await this.seatsToConfirm.ask(membershipId, lines);
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const work = () => this.sign(tx, toSign, seats, today);
      return once(tx, scope, work, ({ code, details }) => ({
        action: 'order.signed.refused',
        subject: `membership:${membershipId}`,
        actor: caller.userId,
        businessDate: today,
        details: { code, ...details, lines },
      }));
    });
  }

  private async sign(
    tx: Transaction,
    toSign: OrderToSign,
    told: SeatsTold,
    today: LocalDate,
  ): Promise<RecordedInLedger> {
    const { membershipId, lines, confirmedSeatsLost, caller, draft } = toSign;
    const since = lines
      .map(({ effectiveFrom }) => effectiveFrom)
      .reduce((a, b) => minDate(a, b), today);
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, since);
    if (!ledger || ledger.organisationId !== caller.organisationId) throw new NotVisible();
    requireMarket(caller, ledger.marketCode);
    await draft?.check(tx);
    const asked = { kind: 'ORDINARY', lines } as const;
    const seats = this.seatsToConfirm.require(told, confirmedSeatsLost, ledger, asked, today);
    const signed = await this.recordOrder.execute(
      tx,
      ledger,
      { ...asked, signedBy: caller.userId, restsOn: [] },
      today,
    );
    await draft?.close(tx, signed.order.orderId);
    await audit(tx, {
      action: 'order.signed',
      subject: `membership:${membershipId}`,
      actor: caller.userId,
      restsOn: signed.order.orderId,
      businessDate: today,
      details: auditDetailsOf(toSign, signed.ledgerHead, totalLost(seats)),
    });
    return signed;
  }
}
