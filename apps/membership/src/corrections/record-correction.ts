import { Injectable } from '@nestjs/common';
import type { RecordCorrectionRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Commands, type Journal } from '#libs/commands';
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
  type SeatsTold,
} from '../orders/ledger/orders.module.js';
import { Corrections } from './corrections.pg.js';

export type RecordCorrectionInput = Asked<
  RecordCorrectionRequest,
  { lines: readonly OrderLine[]; reason: CorrectionReason }
>;

/** Records a change of the past (ORD-4): all lines or none, judged on every day like any order (ORD-2, ORD-6). */
@Injectable()
export class RecordCorrection {
  constructor(
    private readonly commands: Commands,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly corrections: Corrections,
    private readonly documents: Documents,
    private readonly seats: SeatsToConfirm,
  ) {}

  /** The same key gives the first answer again, a refusal too; of a refusal answer and audit entry are kept. */
  async execute(input: RecordCorrectionInput): Promise<RecordedInLedger> {
    const { idempotencyKey, membershipId, lines, caller, ...given } = input;
    const seats = await this.seats.ask(membershipId, lines);
    return this.commands.attempt(
      {
        operation: 'RecordCorrection',
        request: { membershipId, lines, ...given },
        caller,
        idempotencyKey,
        action: 'correction.recorded',
        refused: {
          subject: `membership:${membershipId}`,
          restsOn: input.documentId,
          details: { lines, reason: input.reason },
        },
      },
      (tx, today, journal) => this.record(tx, input, seats, today, journal),
    );
  }

  private async record(
    tx: Transaction,
    { membershipId, lines, reason, documentId, confirmedSeatsLost, caller }: RecordCorrectionInput,
    seats: SeatsTold,
    today: LocalDate,
    journal: Journal,
  ): Promise<RecordedInLedger> {
    const since = lines.map(({ effectiveFrom }) => effectiveFrom).sort()[0] ?? today;
    const ledger = requireInMarket(
      caller,
      await this.ledgers.findForUpdate(tx, membershipId, since),
    );
    const agreement = await this.documents.reference(documentId, { membershipId }, tx);
    checkAgreement(agreement, today);
    checkCorrection(ledger, lines, today);
    const asked = { kind: 'CORRECTION', lines } as const;
    const lost = this.seats.require(seats, confirmedSeatsLost, ledger, asked, today);
    const { kind, title, sha256, datedOn } = agreement;
    const recorded = await this.recordOrder.execute(
      tx,
      ledger,
      {
        ...asked,
        signedBy: caller.userId,
        restsOn: [{ kind, title, sha256, datedOn }],
      },
      today,
      lostOf(lost),
    );
    const { orderId } = recorded.order;
    await this.corrections.add(tx, orderId, reason, documentId);
    const details = { orderId, hash: recorded.ledgerHead, lines, reason };
    await journal({ onBehalfOf: ledger.organisationId, details });
    return recorded;
  }
}
