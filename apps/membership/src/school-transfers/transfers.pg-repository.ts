import { Injectable } from '@nestjs/common';
import type { Uai } from '#libs/identifiers';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';
import type { Transfer, TransferStatus } from './domain/transfer.js';
import { SchoolTransfers } from './transfers.repository.js';

@Injectable()
export class PgSchoolTransfers extends SchoolTransfers {
  async add(
    tx: Transaction,
    transfer: Transfer,
    { by, on }: { readonly by: string; readonly on: LocalDate },
  ): Promise<void> {
    const decided = transfer.status === 'PROPOSED' ? null : on;
    await tx.query(
      `insert into school_transfer (id, market_code, from_membership_id, to_membership_id, uais, effective_on, document,
                                    territory_exception, exception_document_id, proposed_by, proposed_on, status,
                                    decided_by, decided_on, seats_missing)
       values ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), $10, $11, $12, case when $13::date is not null then $10 end, $13, $14)`,
      [
        transfer.transferId,
        transfer.marketCode,
        transfer.fromMembershipId,
        transfer.toMembershipId,
        transfer.uais,
        transfer.effectiveOn,
        JSON.stringify(transfer.document),
        transfer.territoryException,
        transfer.exceptionDocumentId,
        by,
        on,
        transfer.status,
        decided,
        transfer.seatsMissing,
      ],
    );
  }

  async findForUpdate(tx: Transaction, transferId: string): Promise<Transfer | undefined> {
    const { rows } = await tx.query<TransferRow>(
      'select * from school_transfer where id = $1 for update',
      [transferId],
    );
    return rows[0] && toTransfer(rows[0]);
  }

  async decide(
    tx: Transaction,
    transferId: string,
    { status, by, on, orderId }: Parameters<SchoolTransfers['decide']>[2],
  ): Promise<void> {
    await tx.query(
      `update school_transfer set status = $2, decided_by = $3, decided_on = $4, order_id = $5 where id = $1`,
      [transferId, status, by, on, orderId ?? null],
    );
  }
}

export type TransferRow = {
  id: string;
  market_code: string;
  from_membership_id: string;
  to_membership_id: string;
  uais: Uai[];
  effective_on: LocalDate;
  document: KeptDocument;
  territory_exception: string;
  exception_document_id: string | null;
  proposed_by: string;
  proposed_on: LocalDate;
  status: TransferStatus;
  decided_on: LocalDate | null;
  seats_missing: bigint;
  order_id: string | null;
};

export function toTransfer(row: TransferRow): Transfer {
  return {
    transferId: row.id,
    marketCode: row.market_code,
    fromMembershipId: row.from_membership_id,
    toMembershipId: row.to_membership_id,
    uais: row.uais,
    effectiveOn: row.effective_on,
    document: row.document,
    territoryException: row.territory_exception,
    exceptionDocumentId: row.exception_document_id ?? '',
    status: row.status,
    proposedBy: row.proposed_by,
    seatsMissing: Number(row.seats_missing),
  };
}
