import { Injectable } from '@nestjs/common';
import {
  type Caller,
  NotVisible,
  requireOrganisation,
  rowsSeen,
  seesEveryMember,
} from '#libs/identity';
import { type TransferPage, SchoolTransfers, type TransferView } from './school-transfers.pg.js';

/** Transfers: a member those in which it gives or receives, the coordination those of its markets (SUP-3). */
@Injectable()
export class ViewTransfers {
  constructor(private readonly transfers: SchoolTransfers) {}

  async find(input: { transferId: string; caller: Caller }): Promise<TransferView> {
    const found = await this.transfers.find(input.transferId);
    if (!found) throw new NotVisible();
    requireOrganisation(
      input.caller,
      found.marketCode,
      found.fromOrganisationId,
      found.toOrganisationId,
    );
    return shownTo(input.caller, found);
  }

  /** Of a market, or of a membership where there is no market's code. One row more than `limit` where there is one. */
  async list(
    input: Omit<TransferPage, 'organisationId'> & { readonly caller: Caller },
  ): Promise<TransferView[]> {
    const { caller, limit, ...page } = input;
    const found = await rowsSeen(caller, page, (organisationId) =>
      this.transfers.list({ ...page, organisationId, limit: limit + 1 }),
    );
    return found.map((transfer) => shownTo(caller, transfer));
  }
}

/** What the receiver lacks and orders is not the giver's to see. */
function shownTo(caller: Caller, transfer: TransferView): TransferView {
  const isReceiver = caller.organisationId === transfer.toOrganisationId;
  if (seesEveryMember(caller, transfer.marketCode) || isReceiver) return transfer;
  return { ...transfer, seatsMissing: 0, orderId: '' };
}
