import { Injectable } from '@nestjs/common';
import { Database, insertRowOnce, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';
import type { Dispatch, DispatchKind } from './domain/dispatch.js';

export type NewDispatches = {
  readonly membershipIds: readonly string[];
  readonly kind: DispatchKind;
  readonly document: Pick<KeptDocument, 'documentId' | 'title' | 'sha256' | 'datedOn'>;
  readonly sentOn: LocalDate;
  readonly sentBy: string;
};
export type DispatchOwner = { readonly organisationId: string; readonly marketCode: string };

export type ArchiveOwner = DispatchOwner & {
  readonly organisationName: string;
  readonly siren: string;
};

/** What was sent and acknowledged: only added. */
@Injectable()
export class Dispatches {
  constructor(private readonly database: Database) {}

  /** Accepted or active memberships of the market, or of that organisation in it. */
  concerned(tx: Transaction, marketCode: string, organisationId: string | undefined) {
    return tx.column<string>(
      `select id from membership where market_code = $1 and status in ('ACCEPTED', 'ACTIVE')
          and ($2::text is null or organisation_id = $2) order by id`,
      [marketCode, organisationId ?? null],
    );
  }

  /** How many were new; who has the document already keeps what it has. */
  async add(tx: Transaction, { membershipIds, kind, document, sentOn, sentBy }: NewDispatches) {
    const { documentId, title, sha256, datedOn } = document;
    const { rowCount } = await tx.query(
      `insert into execution_dispatch (id, membership_id, kind, document_id, title, sha256, dated_on, sent_on, sent_by)
       select gen_random_uuid()::text, recipient, $2, $3, $4, $5, $6, $7, $8 from unnest($1::text[]) recipient
       on conflict (membership_id, document_id) do nothing`,
      [membershipIds, kind, documentId, title, sha256, datedOn, sentOn, sentBy],
    );
    return rowCount ?? 0;
  }

  find(tx: Transaction, membershipId: string, dispatchId: string) {
    return tx.row<Dispatch & DispatchOwner>(
      `select ${columns}, m.organisation_id as "organisationId", m.market_code as "marketCode"
         from ${tables} where d.id = $1 and d.membership_id = $2`,
      [dispatchId, membershipId],
    );
  }

  /** The first acknowledgement stays. */
  async acknowledge(tx: Transaction, dispatchId: string, by: string, on: LocalDate) {
    const acknowledged = { dispatchId, acknowledgedOn: on, acknowledgedBy: by };
    await insertRowOnce(tx, 'execution_acknowledgement', acknowledged);
  }

  ownerOf(membershipId: string) {
    return this.database.row<ArchiveOwner>(
      `select o.id as "organisationId", o.name as "organisationName", o.siren, m.market_code as "marketCode"
         from membership m join organisation o on o.id = m.organisation_id where m.id = $1`,
      [membershipId],
    );
  }

  /** Latest first; `after` is the day and id of the last row seen. */
  list(membershipId: string, after: readonly [string, string] | undefined, limit: number) {
    return this.database.rows<Dispatch>(
      `select ${columns} from ${tables}
        where d.membership_id = $1 and ($2::date is null or (d.sent_on, d.id) < ($2, $3))
        order by d.sent_on desc, d.id desc limit $4`,
      [membershipId, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
  }

  /** The oldest sending first. */
  unacknowledged(marketCode: string, after: readonly [string, string] | undefined, limit: number) {
    return this.database.rows<Dispatch>(
      `select ${columns} from ${tables}
        where m.market_code = $1 and a.dispatch_id is null and ($2::date is null or (d.sent_on, d.id) > ($2, $3))
        order by d.sent_on, d.id limit $4`,
      [marketCode, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
  }
}

const columns = `
  d.id as "dispatchId", d.membership_id as "membershipId", o.name as "organisationName",
  d.document_id as "documentId", d.kind, d.title, d.sha256, coalesce(d.dated_on::text, '') as "datedOn",
  d.sent_on as "sentOn", coalesce(a.acknowledged_on::text, '') as "acknowledgedOn",
  coalesce(a.acknowledged_by, '') as "acknowledgedBy"`;
const tables = `execution_dispatch d
  join membership m on m.id = d.membership_id join organisation o on o.id = m.organisation_id
  left join execution_acknowledgement a on a.dispatch_id = d.id`;
