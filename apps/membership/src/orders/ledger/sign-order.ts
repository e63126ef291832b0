import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { NotVisible, requireMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { type LocalDate, minDate } from '#libs/time';
import { auditDetailsOf, type OrderToSign } from './order-to-sign.js';
import { OrderLedgers } from './orders.repository.js';
import { type RecordedInLedger, RecordOrder } from './record-order.js';
import { lostOf, SeatsToConfirm, type SeatsTold } from './seats-to-confirm.js';

export type SignOrderInput = Omit<OrderToSign, 'confirmedSeatsLost'> & {
  readonly idempotencyKey: string;
  readonly confirmedSeatsLost?: number;
};

/** Signs a bon de commande behind its membership's lock (ORD-1 to ORD-6): all lines or none. */
@Injectable()
export class SignOrder {
  constructor(
    private readonly commands: Commands,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly seatsToConfirm: SeatsToConfirm,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too (ORD-3). A refusal writes no order and
   * no event; its answer and an audit entry are kept.
   */
  async execute({
    idempotencyKey,
    confirmedSeatsLost = 0,
    ...input
  }: SignOrderInput): Promise<RecordedInLedger> {
    const { membershipId, lines, caller, draft } = input;
    const toSign = { ...input, confirmedSeatsLost };
    const subject = `membership:${membershipId}`;
    const seats = await this.seatsToConfirm.ask(membershipId, lines);
    return this.commands.attempt(
      {
        operation: 'SignOrder',
        action: 'order.signed',
        request: { membershipId, confirmedSeatsLost, ...(draft?.request ?? { lines }) },
        caller,
        idempotencyKey,
        refused: { subject, details: { lines } },
      },
      (tx, today) => this.sign(tx, toSign, seats, today),
      ({ order, ledgerHead }) => ({
        subject,
        restsOn: order.orderId,
        details: auditDetailsOf(toSign, ledgerHead, lostOf(seats)),
      }),
    );
  }

  private async sign(
    tx: Transaction,
    toSign: OrderToSign,
    told: SeatsTold,
    today: LocalDate,
  ): Promise<RecordedInLedger> {
    const { membershipId, lines, confirmedSeatsLost, caller, draft } = toSign;
    const since = lines.reduce((day, { effectiveFrom }) => minDate(day, effectiveFrom), today);
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, since);
    if (!ledger || ledger.organisationId !== caller.organisationId) throw new NotVisible();
    requireMarket(caller, ledger.marketCode);
    await draft?.check(tx);
    const asked = { kind: 'ORDINARY', lines } as const;
    this.seatsToConfirm.require(told, confirmedSeatsLost, ledger, asked, today);
    const signed = await this.recordOrder.execute(
      tx,
      ledger,
      { ...asked, signedBy: caller.userId, restsOn: [] },
      today,
    );
    await draft?.close(tx, signed.order.orderId);
    return signed;
  }
}
