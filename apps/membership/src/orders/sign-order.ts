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
import { DomainError } from '#libs/problems';
import { type LocalDate, minDate } from '#libs/time';
import { CountSeatsLost } from './count-seats-lost.js';
import { type OrderLine } from './domain/order.js';
import { judge } from './domain/order-ledger.js';
import { requireConfirmed, type SeatsLost, totalLost } from './domain/seats-at-stake.js';
import { OrderLedgers } from './orders.repository.js';
import { type RecordedInLedger, RecordOrder } from './record-order.js';

export type SignOrderInput = {
  readonly idempotencyKey: string;
  readonly membershipId: string;
  readonly lines: readonly OrderLine[];
  /** How many holders may lose their seat: what the preview said (PRV-7). */
  readonly confirmedSeatsLost?: number;
  /** An orderer of the member: nobody else commits its money. */
  readonly caller: Caller;
  /** The draft that becomes this order, if and only if it is signed (sign-draft.ts). */
  readonly draft?: DraftBecoming;
};

export type DraftBecoming = {
  /** What the idempotency key stands for, instead of the lines. */
  readonly request: Readonly<Record<string, string | number>>;
  /** Behind the membership's lock; throws to refuse. */
  readonly check: (tx: Transaction) => Promise<void>;
  readonly close: (tx: Transaction, orderId: string) => Promise<void>;
};

type OrderToSign = Omit<SignOrderInput, 'idempotencyKey' | 'draft'> & {
  readonly draft: DraftBecoming | undefined;
};

/** Seats at stake as provisioning told before the transaction, or why it did not. */
type SeatsTold = readonly SeatsLost[] | DomainError;

/** Signs a bon de commande (ORD-1 to ORD-5): all lines or none. */
@Injectable()
export class SignOrder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly businessDate: BusinessDate,
    private readonly countSeatsLost: CountSeatsLost,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too (ORD-3). A refusal writes no order and
   * no event; its answer and an audit entry are kept.
   */
  async execute({
    idempotencyKey,
    membershipId,
    lines,
    confirmedSeatsLost = 0,
    caller,
    draft,
  }: SignOrderInput): Promise<RecordedInLedger> {
    const scope = {
      organisationId: caller.organisationId ?? '',
      operation: 'SignOrder',
      key: idempotencyKey,
      requestHash: requestHashOf({
        membershipId,
        confirmedSeatsLost,
        ...(draft?.request ?? { lines }),
      }),
    };
    const seats = await this.askSeats(membershipId, lines);
    const result = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const decided = await once(tx, scope, () =>
        this.sign(tx, { membershipId, lines, confirmedSeatsLost, caller, draft }, seats, today),
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

  /**
   * Before the transaction, so that no lock waits for another service. Its silence is told inside it:
   * a repeated key gets its first answer, whether provisioning is there or not.
   */
  private async askSeats(membershipId: string, lines: readonly OrderLine[]): Promise<SeatsTold> {
    try {
      return await this.countSeatsLost.execute(membershipId, lines);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  private async sign(
    tx: Transaction,
    { membershipId, lines, confirmedSeatsLost = 0, caller, draft }: OrderToSign,
    seats: SeatsTold,
    today: LocalDate,
  ): Promise<RecordedInLedger> {
    const since = lines
      .map(({ effectiveFrom }) => effectiveFrom)
      .reduce((a, b) => minDate(a, b), today);
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, since);
    if (!ledger || ledger.organisationId !== caller.organisationId) throw new NotVisible();
    requireMarket(caller, ledger.marketCode);
    await draft?.check(tx);
    if (seats instanceof DomainError) throw seats;
    if (totalLost(seats) > confirmedSeatsLost) {
      // What the floor forbids is said first: no confirmation would help.
      judge(ledger, 'ORDINARY', lines, today);
      requireConfirmed(seats, confirmedSeatsLost);
    }
    const signed = await this.recordOrder.execute(
      tx,
      ledger,
      { kind: 'ORDINARY', lines, signedBy: caller.userId, restsOn: [] },
      today,
    );
    await draft?.close(tx, signed.order.orderId);
    await audit(tx, {
      action: 'order.signed',
      subject: `membership:${membershipId}`,
      actor: caller.userId,
      restsOn: signed.order.orderId,
      businessDate: today,
      details: {
        hash: signed.ledgerHead,
        lines,
        ...draft?.request,
        ...(seats.length > 0 && { seatsLost: totalLost(seats) }),
      },
    });
    return signed;
  }
}
