import { Injectable } from '@nestjs/common';
import type { CancelSchoolTransferRequest } from '#libs/contracts';
import { type Asked, mayIn, NotVisible, requireInMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { checkProposed } from './domain/transfer.js';
import { SchoolTransfers } from './school-transfers.pg.js';

/** Closes a proposal: the coordinator cancels it, an orderer of the receiver declines it. */
@Injectable()
export class CloseTransfer {
  constructor(
    private readonly commands: Commands,
    private readonly transfers: SchoolTransfers,
  ) {}

  /** Throws TransferDecided once it is carried out or closed. */
  async execute(input: Asked<CancelSchoolTransferRequest>): Promise<void> {
    const { idempotencyKey, transferId, caller } = input;
    const seen = requireInMarket(caller, await this.transfers.find(transferId));
    const byCoordinator = mayIn(caller, seen.marketCode, 'coordinator', 'player');
    if (!byCoordinator && seen.toOrganisationId !== caller.organisationId) throw new NotVisible();
    const status = byCoordinator ? 'CANCELLED' : 'DECLINED';
    await this.commands.run(
      {
        operation: 'CloseSchoolTransfer',
        action: byCoordinator ? 'school-transfer.cancelled' : 'school-transfer.declined',
        subject: `membership:${seen.toMembershipId}`,
        restsOn: seen.document.documentId,
      },
      { transferId, caller, idempotencyKey },
      async (tx, today) => {
        const current = await this.transfers.findForUpdate(tx, transferId);
        if (!current) throw new RangeError(`transfer ${transferId} is gone`);
        checkProposed(current);
        await this.transfers.decide(tx, transferId, { status, by: caller.userId, on: today });
        return {};
      },
    );
  }
}
