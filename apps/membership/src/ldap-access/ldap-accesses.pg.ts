import { Injectable } from '@nestjs/common';
import { Database, insertRow, type Transaction, withoutNulls } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';
import { documentOf } from '../documents/documents.module.js';
import type { LdapDecision, LdapWithdrawalReason } from './domain/ldap-access.js';

export type LdapAccessView = LdapDecision & {
  readonly accessId: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly marketCode: string;
  readonly document: KeptDocument;
  readonly openedOn: LocalDate;
  readonly status: 'OPEN' | 'EXPIRED' | 'WITHDRAWN';
  readonly withdrawnOn?: LocalDate;
  readonly withdrawalReason?: string;
  readonly secretDrawnOn?: LocalDate;
};

type Who = { readonly by: string; readonly on: LocalDate };
type Secret = { readonly secretId: string; readonly secretHash: string };

// Whether it opens anything on the day $1: its own end, and the membership's, which may come sooner.
const inForce = `a.withdrawn_on is null and $1 < a.ends_on and m.status = 'ACTIVE' and $1 < m.ends_on`;
const of = `from ldap_access a join membership m on m.id = a.membership_id join organisation o on o.id = m.organisation_id`;
const view = `
  select a.id as "accessId", m.id as "membershipId", o.id as "organisationId", o.name as "organisationName",
         m.market_code as "marketCode", ${documentOf('a.document_id')} as document, a.decided_on as "decidedOn",
         a.ends_on as "endsOn", a.opened_on as "openedOn",
         case when a.withdrawn_on is not null and a.withdrawal_reason <> 'EXPIRED' then 'WITHDRAWN'
              when ${inForce} then 'OPEN' else 'EXPIRED' end as status,
         a.withdrawn_on as "withdrawnOn", a.withdrawal_reason as "withdrawalReason", a.secret_drawn_on as "secretDrawnOn"
    ${of}`;

/** Decisions to open, with what ended them. Whoever changes one holds its membership's lock. */
@Injectable()
export class LdapAccesses {
  constructor(private readonly database: Database) {}

  /** The latest of a membership, as it stands on a day. */
  async latest(membershipId: string, today: LocalDate, tx?: Transaction) {
    const { rows } = await (tx ?? this.database).query(
      `${view} where a.membership_id = $2 order by a.withdrawn_on is null desc, a.opened_on desc, a.id desc limit 1`,
      [today, membershipId],
    );
    return rows.map(withoutNulls<LdapAccessView>)[0];
  }

  async membershipOf(accessId: string): Promise<string | undefined> {
    const { rows } = await this.database.query<{ membershipId: string }>(
      'select membership_id as "membershipId" from ldap_access where id = $1',
      [accessId],
    );
    return rows[0]?.membershipId;
  }

  /** The newest first, after the row last seen. */
  async list(
    marketCode: string,
    today: LocalDate,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<LdapAccessView[]> {
    const { rows } = await this.database.query(
      `${view} where m.market_code = $2 and ($3::date is null or (a.opened_on, a.id) < ($3::date, $4))
        order by a.opened_on desc, a.id desc limit $5`,
      [today, marketCode, after?.[0], after?.[1] ?? '', limit],
    );
    return rows.map(withoutNulls<LdapAccessView>);
  }

  async add(
    tx: Transaction,
    accessId: string,
    membershipId: string,
    { decidedOn, endsOn, documentId }: LdapDecision & { readonly documentId: string },
    { by, on }: Who,
  ): Promise<void> {
    await insertRow(tx, 'ldap_access', {
      ...{ id: accessId, membership_id: membershipId, document_id: documentId },
      ...{ decided_on: decidedOn, ends_on: endsOn, opened_by: by, opened_on: on },
    });
  }

  async withdraw(
    tx: Transaction,
    accessId: string,
    reason: LdapWithdrawalReason | 'EXPIRED',
    { by, on }: Who,
  ): Promise<void> {
    await tx.query(
      `update ldap_access set withdrawal_reason = $2, withdrawn_by = $3, withdrawn_on = $4, secret_id = null,
              secret_hash = null, secret_drawn_by = null, secret_drawn_on = null
        where id = $1`,
      [accessId, reason, by, on],
    );
  }

  async keepSecret(
    tx: Transaction,
    accessId: string,
    { secretId, secretHash }: Secret,
    { by, on }: Who,
  ): Promise<void> {
    await tx.query(
      `update ldap_access set secret_id = $2, secret_hash = $3, secret_drawn_by = $4, secret_drawn_on = $5 where id = $1`,
      [accessId, secretId, secretHash, by, on],
    );
  }

  /** What proves the secret of an access in force on a day. */
  async secretOf(membershipId: string, today: LocalDate): Promise<Secret | undefined> {
    const { rows } = await this.database.query<Secret>(
      `select a.secret_id as "secretId", a.secret_hash as "secretHash" ${of}
        where a.membership_id = $2 and ${inForce} and a.secret_hash is not null`,
      [today, membershipId],
    );
    return rows[0];
  }

  /** The schools that the member finances on a day; undefined where this secret opens nothing then. */
  async schoolsBehind(
    membershipId: string,
    secretId: string,
    today: LocalDate,
  ): Promise<readonly string[] | undefined> {
    const { rows } = await this.database.query<{ uais: string[] }>(
      `select array(select l.uai from school_link l
                     where l.membership_id = m.id and l.starts_on <= $1 and $1 < l.ends_on
                     order by l.uai limit ${schoolsMax}) as uais
         ${of} where a.membership_id = $2 and a.secret_id = $3 and ${inForce}`,
      [today, membershipId, secretId],
    );
    return rows[0]?.uais;
  }
}

/** Three times what the largest member of an academy finances. */
const schoolsMax = 5_000;
