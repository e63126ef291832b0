import { Injectable } from '@nestjs/common';
import type { RecordCorrectionRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Documents } from '../documents/documents.module.js';
import {
  checkAgreement,
  checkCorrection,
  type CorrectionReason,
  OrderLedgers,
  type OrderLine,
  type RecordedInLedger,
  RecordOrder,
  SeatsToConfirm,
  lostOf,
} from '../orders/ledger/orders.module.js';

/** Records a change of the past (ORD-4): all lines or none, judged on every day like any order (ORD-2, ORD-6). */
@Injectable()
export class RecordCorrection {
  constructor(
    private readonly commands: Commands,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly documents: Documents,
    private readonly seats: SeatsToConfirm,
  ) {}

  /** The same key gives the first answer again, a refusal too; of a refusal answer and audit entry are kept. */
  async execute(
    input: Asked<
      RecordCorrectionRequest,
      { lines: readonly OrderLine[]; reason: CorrectionReason }
    >,
  ): Promise<RecordedInLedger> {
    const { idempotencyKey, membershipId, lines, caller, ...given } = input;
    const { reason, documentId, confirmedSeatsLost } = given;
    const seats = await this.seats.ask(membershipId, lines, (found) =>
      requireInMarket(caller, found),
    );
    return this.commands.attempt(
      {
        operation: 'RecordCorrection',
        request: { membershipId, lines, ...given },
        caller,
        idempotencyKey,
        action: 'correction.recorded',
        refused: {
          subject: `membership:${membershipId}`,
          restsOn: documentId,
          details: { lines, reason },
        },
      },
      async (tx, today, journal) => {
        const since = lines.map(({ effectiveFrom }) => effectiveFrom).sort()[0] ?? today;
        const found = await this.ledgers.findForUpdate(tx, membershipId, since);
        const ledger = requireInMarket(caller, found);
        const agreement = await this.documents.reference(documentId, { membershipId }, tx);
        checkAgreement(agreement, today);
        checkCorrection(ledger, lines, today);
        const asked = { kind: 'CORRECTION', lines } as const;
        const lost = lostOf(this.seats.require(seats, confirmedSeatsLost, ledger, asked, today));
        const { documentId: _, ...paper } = agreement;
        const toRecord = { ...asked, signedBy: caller.userId, restsOn: [paper] };
        const recorded = await this.recordOrder.execute(tx, ledger, toRecord, today, lost);
        const { orderId } = recorded.order;
        await this.ledgers.addCorrection(tx, orderId, reason, documentId);
        const details = { orderId, hash: recorded.ledgerHead, lines, reason };
        await journal({ onBehalfOf: ledger.organisationId, details });
        return recorded;
      },
    );
  }
}
