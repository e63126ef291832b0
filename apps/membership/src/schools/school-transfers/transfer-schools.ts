import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TransferSchoolsRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { AskSeats } from './ask-seats.js';
import { CarryOutTransfer } from './carry-out-transfer.js';
import { requireSeats, totalMissing } from './domain/seats-needed.js';
import type { TransferTerms } from './domain/transfer.js';
import { PrepareTransfer } from './prepare-transfer.js';
import { SchoolTransfers } from './school-transfers.pg.js';

/** The coordinator transfers schools (SCH-2). Seats that are missing only the receiver's orderer can order. */
@Injectable()
export class TransferSchools {
  constructor(
    private readonly commands: Commands,
    private readonly askSeats: AskSeats,
    private readonly prepareTransfer: PrepareTransfer,
    private readonly carryOut: CarryOutTransfer,
    private readonly transfers: SchoolTransfers,
  ) {}

  /**
   * Gives its id. The same key gives the first answer again, a refusal too. Throws what `PrepareTransfer` throws,
   * SchoolAlreadyFinanced, and SeatsMissing unless a proposal is wanted then.
   */
  async execute(input: Asked<TransferSchoolsRequest, { terms: TransferTerms }>): Promise<string> {
    const { idempotencyKey, terms, propose, caller } = input;
    const told = await this.askSeats.execute(terms);
    return this.commands.run(
      {
        operation: 'TransferSchools',
        action: 'school-transfer.recorded',
        // Who gives sees it once it is carried out: what the other lacks is not its to see (SUP-3).
        subject: `membership:${terms.toMembershipId}`,
        restsOn: terms.documentId,
      },
      { ...terms, propose, caller, idempotencyKey },
      async (tx, today) => {
        const prepared = await this.prepareTransfer.execute(tx, terms, told, [], { caller, today });
        const { marketCode } = prepared.giver;
        const seatsMissing = totalMissing(prepared.seats);
        const isProposed = seatsMissing > 0 && propose;
        if (!isProposed) requireSeats(prepared.seats, { hasLines: false, confirmed: 0 });
        const transferId = randomUUID();
        const { documentId: _, ...kept } = terms;
        await this.transfers.add(
          tx,
          {
            ...kept,
            transferId,
            marketCode,
            document: prepared.document,
            status: isProposed ? 'PROPOSED' : 'CARRIED_OUT',
            proposedBy: caller.userId,
            seatsMissing,
          },
          { by: caller.userId, on: today },
        );
        if (!isProposed) {
          await this.carryOut.execute(tx, transferId, prepared, caller.userId, today);
        }
        return transferId;
      },
    );
  }
}
