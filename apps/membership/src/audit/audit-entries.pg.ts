import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** One entry of the journal, as it was written in the transaction of its change. */
export type AuditEntryView = {
  readonly auditEntryId: number;
  /** Instant, UTC. */
  readonly recordedAt: string;
  readonly businessDate: LocalDate | '';
  readonly actor: string;
  readonly onBehalfOf: string;
  readonly action: string;
  readonly subject: string;
  readonly restsOn: string;
  /** JSON. */
  readonly details: string;
};

/** Whose entries: all of a market, or what concerns one membership. */
export type AuditScope =
  | { readonly marketCode: string }
  | {
      readonly membershipId: string;
      readonly organisationId: string;
      readonly membershipMarketCode: string;
    };

export type AuditPage = {
  readonly scope: AuditScope;
  /** Empty: all. */
  readonly subject: string;
  /** Exactly, or with a dot at the end all that begin so; empty: all. */
  readonly action: string;
  readonly before: number | undefined;
  readonly limit: number;
};

/** The journal, as it was written. */
@Injectable()
export class AuditEntries {
  constructor(private readonly database: Database) {}

  /** The newest first, before the entry last seen. */
  async list({ scope, subject, action, before, limit }: AuditPage) {
    const { from, values } = fromScope(scope);
    const { rows } = await this.database.query<EntryRow>(
      `select id, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "recordedAt",
              coalesce(business_date::text, '') as "businessDate", actor, coalesce(on_behalf_of, '') as "onBehalfOf", action,
              subject, coalesce(rests_on, '') as "restsOn", details::text as details
         from ${from} order by id desc limit $1`,
      [limit, subject, action, before ?? null, ...values],
    );
    return rows.map(({ id, ...row }): AuditEntryView => ({ ...row, auditEntryId: Number(id) }));
  }
}

/** What entries may be about in market $5. A refused creation has no subject yet: its request names the market. */
const ofMarket = `(details->>'marketCode' = $5 or subject in (
  select 'market:' || $5 union all select 'tender:' || $5 union all select 'calendar'
  union all select 'membership:' || id from membership where market_code = $5
  union all select 'document:' || id from document where market_code = $5
  union all select 'invitation:' || id from invitation where market_code = $5
  union all select 'succession:' || id from succession where market_code = $5
  union all select 'succession:' || group_id from succession where market_code = $5
  union all select 'committee:' || id from committee where market_code = $5
  union all select 'meeting:' || m.id from committee_meeting m join committee c on c.id = m.committee_id
             where c.market_code = $5
  union all select 'training:' || id from training_action where market_code = $5
  union all select 'progress:' || id from progress_note where market_code = $5
  union all select 'offer:' || id from tender_offer where market_code = $5))`;

/** What entries may be about that concern membership $5 of organisation $6 in market $7. */
const ofMembership = `select 'membership:' || $5
  union all select 'organisation:' || $6
  union all select 'document:' || id from document
             where organisation_id = $6 and market_code = $7 and (membership_id is null or membership_id = $5)
  union all select distinct 'succession:' || x from succession, unnest(array[id, group_id]) as x
             where market_code = $7 and (predecessor_membership_id = $5 or successor_organisation_id = $6)`;

const wanted = `($2 = '' or subject = $2)
  and ($3 = '' or action = $3 or ($3 like '%.' and starts_with(action, $3)))
  and ($4::bigint is null or id < $4)`;

/** Most entries are of the market that is asked about; those of a member are few, and found one subject after the other. */
function fromScope(scope: AuditScope): { from: string; values: string[] } {
  if ('marketCode' in scope) {
    const from = `(select * from platform.audit_entry where ${ofMarket} and ${wanted}) as entry`;
    return { from, values: [scope.marketCode] };
  }
  const { membershipId, organisationId, membershipMarketCode } = scope;
  const from = `(${ofMembership}) as about (name) cross join lateral (
      select * from platform.audit_entry
       where subject = about.name and (about.name <> 'organisation:' || $6 or details->>'marketCode' = $7) and ${wanted}
       order by id desc limit $1) as entry`;
  return { from, values: [membershipId, organisationId, membershipMarketCode] };
}

type EntryRow = Omit<AuditEntryView, 'auditEntryId'> & { readonly id: bigint };
