import { Injectable } from '@nestjs/common';
import { type Caller, hasRole, mayIn, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, undone, UnitOfWork } from '#libs/persistence';
import { type DomainError, refusalTold, type RefusalTold } from '#libs/problems';
import { type OrderLine, RecordOrder } from '../../orders/ledger/orders.module.js';
import { AskSeats } from './ask-seats.js';
import { CarryOutTransfer } from './carry-out-transfer.js';
import {
  checkComplementary,
  requireSeats,
  type SeatsNeeded,
  type SeatsTold,
} from './domain/seats-needed.js';
import { checkProposed, type TransferTerms } from './domain/transfer.js';
import { PrepareTransfer } from './prepare-transfer.js';
import { SchoolTransfers } from './school-transfers.pg.js';

export type TransferPreview = {
  /** SEATS_MISSING stands beside its figures. */
  readonly refusal: RefusalTold | undefined;
  readonly seats: readonly SeatsNeeded[];
  /** How near the maximum the order comes (ORD-6). French. */
  readonly warnings: readonly string[];
};

/** Who proposes and closes transfers. */
const coordination = ['coordinator', 'player'] as const;

/** What a transfer would do as things stand: carried out in a transaction that is undone. */
@Injectable()
export class PreviewTransfer {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly reader: SchoolTransfers,
    private readonly askSeats: AskSeats,
    private readonly prepareTransfer: PrepareTransfer,
    private readonly recordOrder: RecordOrder,
    private readonly carryOut: CarryOutTransfer,
  ) {}

  /** The coordinator of terms, the receiver too of a proposal. Throws a refusal `unavailable` without seats told. */
  async execute(input: {
    readonly terms: TransferTerms | undefined;
    readonly transferId: string;
    readonly lines: readonly OrderLine[];
    readonly caller: Caller;
  }): Promise<TransferPreview> {
    const { lines, caller } = input;
    const terms = await this.termsOf(input);
    const told = await this.askSeats.execute(terms);
    return undone(this.unitOfWork, (tx) => this.attempt(tx, terms, told, lines, caller));
  }

  private async termsOf({
    terms,
    transferId,
    caller,
  }: Parameters<PreviewTransfer['execute']>[0]): Promise<TransferTerms> {
    if (transferId === '') {
      if (!terms || !hasRole(caller, ...coordination)) throw new NotVisible();
      return terms;
    }
    const seen = await this.reader.find(transferId);
    if (
      !seen ||
      (!mayIn(caller, seen.marketCode, ...coordination) &&
        seen.toOrganisationId !== caller.organisationId)
    ) {
      throw new NotVisible();
    }
    requireMarket(caller, seen.marketCode);
    checkProposed(seen);
    return { ...seen, documentId: seen.document.documentId };
  }

  private async attempt(
    tx: Transaction,
    terms: TransferTerms,
    told: SeatsTold | DomainError,
    lines: readonly OrderLine[],
    caller: Caller,
  ): Promise<TransferPreview> {
    let seats: readonly SeatsNeeded[] = [];
    let warnings: readonly string[] = [];
    try {
      const today = await this.businessDate.today(tx);
      checkComplementary(lines);
      const prepared = await this.prepareTransfer.execute(tx, terms, told, lines, {
        caller,
        today,
      });
      seats = prepared.seats;
      const hasLines = lines.length > 0;
      if (hasLines) {
        const asked = { kind: 'ORDINARY', lines, signedBy: caller.userId, restsOn: [] } as const;
        ({ warnings } = await this.recordOrder.execute(tx, prepared.ledger, asked, today));
      }
      await this.carryOut.execute(tx, 'preview', prepared, caller.userId, today);
      requireSeats(seats, { hasLines, confirmed: 0 });
      return { refusal: undefined, seats, warnings };
    } catch (error) {
      if (error instanceof NotVisible) throw error;
      return { refusal: refusalTold(error), seats, warnings };
    }
  }
}
