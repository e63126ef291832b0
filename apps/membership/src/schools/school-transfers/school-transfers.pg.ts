import { Injectable } from '@nestjs/common';
import type { Uai } from '#libs/identifiers';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';
import type { Transfer, TransferStatus } from './domain/transfer.js';

/** A transfer as people look at it. */
export type TransferView = Transfer & {
  readonly fromOrganisationId: string;
  readonly fromName: string;
  readonly toOrganisationId: string;
  readonly toName: string;
  readonly proposedOn: LocalDate;
  readonly decidedOn: LocalDate | '';
  readonly orderId: string;
};

export type TransferPage = {
  readonly marketCode: string;
  /** Empty: of any status. */
  readonly status: string;
  /** Those in which it gives or receives; empty: all. */
  readonly organisationId: string;
  readonly membershipId: string;
  readonly after: readonly [effectiveOn: string, transferId: string] | undefined;
  readonly limit: number;
};
type TransferDecision = {
  readonly status: Exclude<TransferStatus, 'PROPOSED'>;
  readonly by: string;
  readonly on: LocalDate;
  readonly orderId?: string;
};

/** Transfers of schools between members (SCH-2). */
@Injectable()
export class SchoolTransfers {
  constructor(private readonly database: Database) {}

  /** Decided at once, or a proposal. */
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

  /** Locks it. */
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
    { status, by, on, orderId }: TransferDecision,
  ): Promise<void> {
    await tx.query(
      `update school_transfer set status = $2, decided_by = $3, decided_on = $4, order_id = $5 where id = $1`,
      [transferId, status, by, on, orderId ?? null],
    );
  }

  async find(transferId: string): Promise<TransferView | undefined> {
    const { rows } = await this.database.query<ViewRow>(`${view} where t.id = $1`, [transferId]);
    return rows[0] && toView(rows[0]);
  }

  /** The latest day first, after the row last seen. */
  async list({ marketCode, status, organisationId, membershipId, after, limit }: TransferPage) {
    const { rows } = await this.database.query<ViewRow>(
      `${view} where ($1 = '' or t.market_code = $1) and ($2 = '' or t.status = $2)
          and ($3 = '' or $3 in (f.organisation_id, r.organisation_id))
          and ($4 = '' or $4 in (t.from_membership_id, t.to_membership_id))
          and ($5::date is null or (t.effective_on, t.id) < ($5::date, $6))
        order by t.effective_on desc, t.id desc limit $7`,
      [
        marketCode,
        status,
        organisationId,
        membershipId,
        after?.[0] ?? null,
        after?.[1] ?? '',
        limit,
      ],
    );
    return rows.map(toView);
  }

  /** Schools that carried-out transfers will bring to a membership after a day, by the membership that still has them. */
  async arriving(toMembershipId: string, after: LocalDate) {
    const { rows } = await this.database.query<{ from_membership_id: string; uais: string[] }>(
      `select t.from_membership_id, array_agg(distinct l.uai order by l.uai) as uais
         from school_transfer t join school_link l
           on l.membership_id = t.to_membership_id and l.uai = any(t.uais) and l.starts_on = t.effective_on
        where t.to_membership_id = $1 and t.status = 'CARRIED_OUT' and t.effective_on > $2 and l.starts_on < l.ends_on
        group by t.from_membership_id`,
      [toMembershipId, after],
    );
    return rows.map((row) => ({ fromMembershipId: row.from_membership_id, uais: row.uais }));
  }
}

type TransferRow = {
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

function toTransfer(row: TransferRow): Transfer {
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

const view = `
  select t.*, f.organisation_id as from_organisation_id, fo.name as from_name,
         r.organisation_id as to_organisation_id, ro.name as to_name
    from school_transfer t
    join membership f on f.id = t.from_membership_id join organisation fo on fo.id = f.organisation_id
    join membership r on r.id = t.to_membership_id join organisation ro on ro.id = r.organisation_id`;

type ViewRow = TransferRow & {
  from_organisation_id: string;
  from_name: string;
  to_organisation_id: string;
  to_name: string;
};

function toView(row: ViewRow): TransferView {
  return {
    ...toTransfer(row),
    fromOrganisationId: row.from_organisation_id,
    fromName: row.from_name,
    toOrganisationId: row.to_organisation_id,
    toName: row.to_name,
    proposedOn: row.proposed_on,
    decidedOn: row.decided_on ?? '',
    orderId: row.order_id ?? '',
  };
}
