import { Injectable } from '@nestjs/common';
import type { AcceptSchoolTransferRequest } from '#libs/contracts';
import { type Asked, type Caller, NotVisible, requireMarket } from '#libs/identity';
import { audit, type Transaction } from '#libs/persistence';
import type { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import {
  type OrderLine,
  type RecordedInLedger,
  RecordOrder,
} from '../../orders/ledger/orders.module.js';
import { AskSeats } from './ask-seats.js';
import { CarryOutTransfer } from './carry-out-transfer.js';
import { checkComplementary, requireSeats, type SeatsTold } from './domain/seats-needed.js';
import { checkProposed } from './domain/transfer.js';
import { type PreparedTransfer, PrepareTransfer } from './prepare-transfer.js';
import { SchoolTransfers, type TransferView } from './school-transfers.pg.js';

export type AcceptTransferInput = Asked<
  Omit<AcceptSchoolTransferRequest, 'membershipId'>,
  { lines: readonly OrderLine[] }
>;

/** Accepts a proposed transfer with its complementary order: both in one transaction, or neither (SCH-2). */
@Injectable()
export class AcceptTransfer {
  constructor(
    private readonly commands: Commands,
    private readonly askSeats: AskSeats,
    private readonly prepareTransfer: PrepareTransfer,
    private readonly recordOrder: RecordOrder,
    private readonly carryOut: CarryOutTransfer,
    private readonly transfers: SchoolTransfers,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too. Throws TransferDecided, TransferInThePast,
   * ComplementaryOrderInvalid, SeatsMissing, what preparing throws and what an order throws (ORD-2 to ORD-6).
   */
  async execute(input: AcceptTransferInput): Promise<{ order?: RecordedInLedger }> {
    const { caller } = input;
    const seen = await this.transfers.find(input.transferId);
    if (!seen || seen.toOrganisationId !== caller.organisationId) throw new NotVisible();
    requireMarket(caller, seen.marketCode);
    const told = await this.askSeats.execute(seen);
    return this.commands.run(
      {
        operation: 'AcceptSchoolTransfer',
        action: 'school-transfer.accepted',
        subject: `membership:${seen.toMembershipId}`,
        restsOn: seen.document.documentId,
      },
      input,
      (tx, today) => this.accept(tx, input, seen, told, today),
    );
  }

  private async accept(
    tx: Transaction,
    { lines, confirmedSeatsMissing, caller }: AcceptTransferInput,
    seen: TransferView,
    told: SeatsTold | DomainError,
    today: LocalDate,
  ): Promise<{ order?: RecordedInLedger }> {
    const { transferId, document } = seen;
    const terms = { ...seen, documentId: document.documentId };
    checkComplementary(lines);
    const current = await this.transfers.findForUpdate(tx, transferId);
    if (!current) throw new RangeError(`transfer ${transferId} is gone`);
    checkProposed(current);
    const prepared = await this.prepareTransfer.execute(tx, terms, told, lines, { caller, today });
    const hasLines = lines.length > 0;
    const order = hasLines ? await this.order(tx, prepared, lines, caller, today) : undefined;
    requireSeats(prepared.seats, { hasLines, confirmed: confirmedSeatsMissing });
    await this.carryOut.execute(tx, transferId, prepared, caller.userId, today);
    const decided = { status: 'CARRIED_OUT', by: caller.userId, on: today } as const;
    await this.transfers.decide(tx, transferId, { ...decided, orderId: order?.order.orderId });
    return order === undefined ? {} : { order };
  }

  /** Told before the schools come, so that their seats are there first. */
  private async order(
    tx: Transaction,
    { ledger, document, terms }: PreparedTransfer,
    lines: readonly OrderLine[],
    caller: Caller,
    today: LocalDate,
  ): Promise<RecordedInLedger> {
    const { kind, title, sha256, datedOn } = document;
    const restsOn = [{ kind, title, sha256, datedOn }];
    const signed = await this.recordOrder.execute(
      tx,
      ledger,
      { kind: 'ORDINARY', lines, signedBy: caller.userId, restsOn },
      today,
    );
    await audit(tx, {
      action: 'order.signed',
      subject: `membership:${terms.toMembershipId}`,
      actor: caller.userId,
      restsOn: signed.order.orderId,
      businessDate: today,
      details: { hash: signed.ledgerHead, lines },
    });
    return signed;
  }
}
