import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { AuditEntryReader, type AuditEntryView, type AuditScope } from './audit-entries.reader.js';

/** What entries may be about in market $1. A refused creation has no subject yet: its request names the market. */
const ofMarket = `(details->>'marketCode' = $1 or subject in (
  select 'market:' || $1 union all select 'tender:' || $1 union all select 'calendar'
  union all select 'membership:' || id from membership where market_code = $1
  union all select 'document:' || id from document where market_code = $1
  union all select 'invitation:' || id from invitation where market_code = $1
  union all select 'succession:' || id from succession where market_code = $1
  union all select 'succession:' || group_id from succession where market_code = $1
  union all select 'committee:' || id from committee where market_code = $1
  union all select 'meeting:' || m.id from committee_meeting m join committee c on c.id = m.committee_id
             where c.market_code = $1
  union all select 'training:' || id from training_action where market_code = $1
  union all select 'progress:' || id from progress_note where market_code = $1
  union all select 'offer:' || id from tender_offer where market_code = $1))`;

/** Of membership $1 of organisation $2 in market $3. */
const ofMembership = `(subject in (
  select 'membership:' || $1
  union all select 'document:' || id from document
             where organisation_id = $2 and market_code = $3 and (membership_id is null or membership_id = $1)
  union all select 'succession:' || id from succession
             where market_code = $3 and (predecessor_membership_id = $1 or successor_organisation_id = $2)
  union all select 'succession:' || group_id from succession
             where market_code = $3 and (predecessor_membership_id = $1 or successor_organisation_id = $2))
  or (subject = 'organisation:' || $2 and details->>'marketCode' = $3))`;

@Injectable()
export class PgAuditEntryReader extends AuditEntryReader {
  constructor(private readonly database: Database) {
    super();
  }

  async ownerOf(membershipId: string) {
    const { rows } = await this.database.query<{ organisation_id: string; market_code: string }>(
      'select organisation_id, market_code from membership where id = $1',
      [membershipId],
    );
    const [row] = rows;
    return row && { organisationId: row.organisation_id, marketCode: row.market_code };
  }

  async list({ scope, subject, action, before, limit }: Parameters<AuditEntryReader['list']>[0]) {
    const { sql, values } = conditionOf(scope);
    const next = values.length + 1;
    const { rows } = await this.database.query<EntryRow>(
      `select id, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as recorded_at,
              business_date, actor, on_behalf_of, action, subject, rests_on, details::text as details
         from platform.audit_entry
        where ${sql}
          and ($${next} = '' or subject = $${next})
          and ($${next + 1} = '' or action = $${next + 1}
               or ($${next + 1} like '%.' and starts_with(action, $${next + 1})))
          and ($${next + 2}::bigint is null or id < $${next + 2})
        order by id desc limit $${next + 3}`,
      [...values, subject, action, before ?? null, limit],
    );
    return rows.map(fromRow);
  }
}

function conditionOf(scope: AuditScope): { sql: string; values: string[] } {
  if ('marketCode' in scope) return { sql: ofMarket, values: [scope.marketCode] };
  const { membershipId, organisationId, membershipMarketCode } = scope;
  return { sql: ofMembership, values: [membershipId, organisationId, membershipMarketCode] };
}

type EntryRow = {
  id: bigint;
  recorded_at: string;
  business_date: LocalDate | null;
  actor: string;
  on_behalf_of: string | null;
  action: string;
  subject: string;
  rests_on: string | null;
  details: string;
};

function fromRow(row: EntryRow): AuditEntryView {
  return {
    auditEntryId: Number(row.id),
    recordedAt: row.recorded_at,
    businessDate: row.business_date ?? '',
    actor: row.actor,
    onBehalfOf: row.on_behalf_of ?? '',
    action: row.action,
    subject: row.subject,
    restsOn: row.rests_on ?? '',
    details: row.details,
  };
}
