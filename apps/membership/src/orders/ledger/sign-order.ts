import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import type { AuditSubject, Transaction } from '#libs/persistence';
import { earliestDayOf } from '../domain/order.js';
import { type MembershipLedger, OrderLedgers, requireOwnLedger } from './order-ledgers.pg.js';
import { type OrderToRecord, type RecordedInLedger, RecordOrder } from './record-order.js';
import { lostOf, SeatsToConfirm } from './seats-to-confirm.js';

export type SignOrderInput = Omit<OrderToRecord, 'kind' | 'signedBy' | 'restsOn'> & {
  readonly idempotencyKey: string;
  readonly membershipId: string;
  /** How many holders may lose their seat: what the preview said (PRV-7). */
  readonly confirmedSeatsLost?: number;
  /** An orderer of the member: nobody else commits its money. */
  readonly caller: Caller;
  /** The draft that becomes this order, if and only if it is signed (sign-draft.ts). */
  readonly draft?: DraftBecoming | undefined;
};

export type DraftBecoming = {
  /** What the idempotency key stands for, instead of the lines. */
  readonly request: Readonly<Record<string, string | number>>;
  /** Behind the membership's lock; throws to refuse. */
  readonly check: (tx: Transaction) => Promise<void>;
  readonly close: (tx: Transaction, orderId: string) => Promise<void>;
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
  async execute(input: SignOrderInput): Promise<RecordedInLedger> {
    const { idempotencyKey, membershipId, confirmedSeatsLost = 0, caller, draft, ...order } = input;
    const { lines } = order;
    const subject: AuditSubject = `membership:${membershipId}`;
    const own = (found: MembershipLedger | undefined) => requireOwnLedger(caller, found);
    const seats = await this.seatsToConfirm.ask(membershipId, lines, own);
    return this.commands.attempt(
      {
        operation: 'SignOrder',
        action: 'order.signed',
        request: { membershipId, confirmedSeatsLost, ...(draft?.request ?? order) },
        caller,
        idempotencyKey,
        refused: { subject, details: { lines } },
        // Judged for a repetition too: a first answer is not for a caller who has lost the right.
        read: async (tx) =>
          own(await this.ledgers.findForUpdate(tx, membershipId, earliestDayOf(lines))),
      },
      async (tx, today, _journal, ledger) => {
        await draft?.check(tx);
        const asked = { kind: 'ORDINARY', ...order } as const;
        this.seatsToConfirm.require(seats, confirmedSeatsLost, ledger, asked, today);
        const toRecord = { ...asked, signedBy: caller.userId, restsOn: [] };
        const recorded = await this.recordOrder.send(tx, ledger, toRecord, today, lostOf(seats));
        await draft?.close(tx, recorded.order.orderId);
        return recorded;
      },
      ({ order: { orderId }, ledgerHead: hash }) => {
        const seatsLost = lostOf(seats);
        const details = { hash, lines, ...draft?.request, ...(seatsLost > 0 && { seatsLost }) };
        return { subject, restsOn: orderId, details };
      },
    );
  }
}
