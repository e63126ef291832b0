import { Injectable } from '@nestjs/common';
import { Database, insertRow, type Transaction, updateRow } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Recorded } from '#libs/trade';
import { documentOf } from '../../documents/documents.module.js';
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
  readonly after?: readonly [effectiveOn: string, transferId: string] | undefined;
  readonly limit: number;
};
type TransferDecision = Recorded & {
  readonly status: Exclude<TransferStatus, 'PROPOSED'>;
  readonly orderId?: string | undefined;
};

const columns = `
  t.id as "transferId", t.market_code as "marketCode", t.from_membership_id as "fromMembershipId",
  t.to_membership_id as "toMembershipId", t.uais, t.effective_on as "effectiveOn", ${documentOf('t.document_id')} as document, t.status,
  t.territory_exception as "territoryException", coalesce(t.exception_document_id, '') as "exceptionDocumentId",
  t.proposed_by as "proposedBy", t.seats_missing::integer as "seatsMissing"`;

const view = `
  select ${columns}, f.organisation_id as "fromOrganisationId", fo.name as "fromName", r.organisation_id as "toOrganisationId",
         ro.name as "toName", t.proposed_on as "proposedOn", coalesce(t.decided_on::text, '') as "decidedOn",
         coalesce(t.order_id, '') as "orderId"
    from school_transfer t
    join membership f on f.id = t.from_membership_id join organisation fo on fo.id = f.organisation_id
    join membership r on r.id = t.to_membership_id join organisation ro on ro.id = r.organisation_id`;

/** Transfers of schools between members (SCH-2). */
@Injectable()
export class SchoolTransfers {
  constructor(private readonly database: Database) {}

  /** Decided at once, or a proposal. */
  async add(tx: Transaction, transfer: Transfer, { by, on }: Recorded): Promise<void> {
    const isDecided = transfer.status !== 'PROPOSED';
    const { transferId: id, document, ...row } = transfer;
    await insertRow(tx, 'school_transfer', {
      id,
      ...row,
      documentId: document.documentId,
      exceptionDocumentId: transfer.exceptionDocumentId || null,
      proposedBy: by,
      proposedOn: on,
      ...(isDecided ? { decidedBy: by, decidedOn: on } : {}),
    });
  }

  /** Locks it. */
  findForUpdate(tx: Transaction, transferId: string): Promise<Transfer | undefined> {
    const locked = `select ${columns} from school_transfer t where t.id = $1 for update`;
    return tx.row<Transfer>(locked, [transferId]);
  }

  async decide(
    tx: Transaction,
    transferId: string,
    { status, by, on, orderId }: TransferDecision,
  ): Promise<void> {
    await updateRow(tx, 'school_transfer', transferId, {
      ...{ status, decidedBy: by, decidedOn: on, orderId },
    });
  }

  find(transferId: string): Promise<TransferView | undefined> {
    return this.database.row<TransferView>(`${view} where t.id = $1`, [transferId]);
  }

  /** The latest day first, after the row last seen. */
  list({ marketCode, status, organisationId, membershipId, after, limit }: TransferPage) {
    return this.database.rows<TransferView>(
      `${view} where ($1 = '' or t.market_code = $1) and ($2 = '' or t.status = $2)
          and ($3 = '' or $3 in (f.organisation_id, r.organisation_id))
          and ($4 = '' or $4 in (t.from_membership_id, t.to_membership_id))
          and ($5::date is null or (t.effective_on, t.id) < ($5::date, $6))
        order by t.effective_on desc, t.id desc limit $7`,
      [marketCode, status, organisationId, membershipId, after?.[0], after?.[1] ?? '', limit],
    );
  }

  /** Schools that carried-out transfers will bring to a membership after a day, by the membership that still has them. */
  arriving(toMembershipId: string, after: LocalDate) {
    return this.database.rows<{ fromMembershipId: string; uais: string[] }>(
      `select t.from_membership_id as "fromMembershipId", array_agg(distinct l.uai order by l.uai) as uais
         from school_transfer t join school_link l
           on l.membership_id = t.to_membership_id and l.uai = any(t.uais) and l.starts_on = t.effective_on
        where t.to_membership_id = $1 and t.status = 'CARRIED_OUT' and t.effective_on > $2 and l.starts_on < l.ends_on
        group by t.from_membership_id`,
      [toMembershipId, after],
    );
  }
}
