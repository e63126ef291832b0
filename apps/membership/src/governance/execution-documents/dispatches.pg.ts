import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Dispatch, DispatchKind } from './domain/dispatch.js';

export type NewDispatches = {
  readonly membershipIds: readonly string[];
  readonly kind: DispatchKind;
  readonly document: {
    readonly documentId: string;
    readonly title: string;
    readonly sha256: string;
    readonly datedOn: LocalDate;
  };
  readonly sentOn: LocalDate;
  readonly sentBy: string;
};
export type DispatchOwner = { readonly organisationId: string; readonly marketCode: string };

export type ArchiveOwner = {
  readonly organisationId: string;
  readonly organisationName: string;
  readonly siren: string;
  readonly marketCode: string;
};

/** What was sent and acknowledged: only added. */
@Injectable()
export class Dispatches {
  constructor(private readonly database: Database) {}

  /** Accepted or active memberships of the market, or of that organisation in it. */
  async concerned(tx: Transaction, marketCode: string, organisationId: string | undefined) {
    const { rows } = await tx.query<{ id: string }>(
      `select id from membership where market_code = $1 and status in ('ACCEPTED', 'ACTIVE')
          and ($2::text is null or organisation_id = $2) order by id`,
      [marketCode, organisationId ?? null],
    );
    return rows.map(({ id }) => id);
  }

  /** How many were new; who has the document already keeps what it has. */
  async add(tx: Transaction, { membershipIds, kind, document, sentOn, sentBy }: NewDispatches) {
    const { rowCount } = await tx.query(
      `insert into execution_dispatch (id, membership_id, kind, document_id, title, sha256, dated_on, sent_on, sent_by)
       select gen_random_uuid()::text, recipient, $2, $3, $4, $5, $6, $7, $8 from unnest($1::text[]) recipient
       on conflict (membership_id, document_id) do nothing`,
      [
        membershipIds,
        kind,
        document.documentId,
        document.title,
        document.sha256,
        document.datedOn,
        sentOn,
        sentBy,
      ],
    );
    return rowCount ?? 0;
  }

  async find(tx: Transaction, membershipId: string, dispatchId: string) {
    const { rows } = await tx.query<Dispatch & DispatchOwner>(
      `select ${columns}, m.organisation_id as "organisationId", m.market_code as "marketCode"
         from ${tables} where d.id = $1 and d.membership_id = $2`,
      [dispatchId, membershipId],
    );
    return rows[0];
  }

  /** The first acknowledgement stays. */
  async acknowledge(tx: Transaction, dispatchId: string, by: string, on: LocalDate) {
    await tx.query(
      `insert into execution_acknowledgement (dispatch_id, acknowledged_on, acknowledged_by)
       values ($1, $2, $3) on conflict do nothing`,
      [dispatchId, on, by],
    );
  }

  async ownerOf(membershipId: string) {
    const { rows } = await this.database.query<ArchiveOwner>(
      `select o.id as "organisationId", o.name as "organisationName", o.siren, m.market_code as "marketCode"
         from membership m join organisation o on o.id = m.organisation_id where m.id = $1`,
      [membershipId],
    );
    return rows[0];
  }

  /** Latest first; `after` is the day and id of the last row seen. */
  async list(membershipId: string, after: readonly [string, string] | undefined, limit: number) {
    const { rows } = await this.database.query<Dispatch>(
      `select ${columns} from ${tables}
        where d.membership_id = $1 and ($2::date is null or (d.sent_on, d.id) < ($2, $3))
        order by d.sent_on desc, d.id desc limit $4`,
      [membershipId, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows;
  }

  /** The oldest sending first. */
  async unacknowledged(
    marketCode: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ) {
    const { rows } = await this.database.query<Dispatch>(
      `select ${columns} from ${tables}
        where m.market_code = $1 and a.dispatch_id is null and ($2::date is null or (d.sent_on, d.id) > ($2, $3))
        order by d.sent_on, d.id limit $4`,
      [marketCode, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows;
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
