import { Injectable } from '@nestjs/common';
import type { AuditEntry, Plain } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { frenchDate, type LocalDate } from '#libs/time';

/** One entry of the journal, as it was written in the transaction of its change. */
export type AuditEntryView = Omit<Plain<AuditEntry>, 'auditEntryId'> & {
  readonly auditEntryId: number;
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
  async list({ scope, subject, action, before, limit }: AuditPage): Promise<AuditEntryView[]> {
    const { from, values } = fromScope(scope);
    const entries = await this.database.rows<Entry>(
      `select id::float8 as "auditEntryId", to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "recordedAt",
              coalesce(business_date::text, '') as "businessDate", actor, coalesce(on_behalf_of, '') as "onBehalfOf",
              coalesce(carrier, '') as carrier, action, subject, coalesce(rests_on, '') as "restsOn", details::text as details
         from ${from} order by id desc limit $1`,
      [limit, subject, action, before ?? null, ...values],
    );
    return this.named(entries, scope);
  }

  /** With the names of what they point at; of a member's papers only to whom they belong. */
  async named(entries: readonly Entry[], scope: AuditScope): Promise<AuditEntryView[]> {
    const ids = entries.flatMap(({ subject, restsOn, onBehalfOf }) => [
      subject.slice(subject.indexOf(':') + 1),
      restsOn,
      onBehalfOf,
    ]);
    const rows = await this.database.rows<NameRow>(names, [
      [...new Set(ids)],
      'organisationId' in scope ? scope.organisationId : '',
    ]);
    const nameOfEach = new Map(rows.map((row) => [`${row.kind}:${row.id}`, nameOf(row)]));
    return entries.map((entry) => ({
      ...entry,
      subjectName: nameOfEach.get(entry.subject) ?? '',
      restsOnName:
        nameOfEach.get(`document:${entry.restsOn}`) ??
        nameOfEach.get(`paper:${entry.restsOn}`) ??
        (isOpaque(entry.restsOn) ? '' : entry.restsOn),
      onBehalfOfName: nameOfEach.get(`organisation:${entry.onBehalfOf}`) ?? '',
    }));
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

type Entry = Omit<AuditEntryView, 'subjectName' | 'restsOnName' | 'onBehalfOfName'>;

/**
 * The names of what entries point at by an id or a digest. A paper or an order is named only to whom it belongs
 * (SUP-3): $2 is the organisation that asks, empty for the group.
 */
const names = `
  select 'membership' as kind, m.id, o.name, null::date as on_day
    from membership m join organisation o on o.id = m.organisation_id where m.id = any($1)
  union all select 'organisation', id, name, null from organisation where id = any($1)
  union all select 'market', code, terms->>'title', null from market where code = any($1)
  union all select 'tender', code, terms->>'title', null from market where code = any($1)
  union all select 'succession', id, 'Succession du', effective_on from succession where id = any($1)
  union all select 'succession', group_id, 'Successions du', min(effective_on) from succession
             where group_id = any($1) group by group_id
  union all select 'committee', id, department, null from committee where id = any($1)
  union all select 'meeting', id, 'Réunion du', meets_on from committee_meeting where id = any($1)
  union all select 'invitation', id, name, null from invitation where id = any($1)
  union all select 'training', id, title, null from training_action where id = any($1)
  union all select 'progress', id, title, null from progress_note where id = any($1)
  union all select 'offer', id, bidder, null from tender_offer where id = any($1)
  union all select 'document', id, title, null from document
             where id = any($1) and ($2 = '' or coalesce(organisation_id, $2) = $2)
  union all (select distinct on (sha256) 'paper', sha256, title, null::date from document
              where sha256 = any($1) and ($2 = '' or coalesce(organisation_id, $2) = $2))
  union all select 'paper', a.sha256, 'Annexe 2 du', max(a.dated_on) from annexe2 a join membership m on m.id = a.membership_id
             where a.sha256 = any($1) and ($2 = '' or m.organisation_id = $2) group by a.sha256
  union all select 'paper', p.id, 'Bon de commande ' || p.number, null from purchase_order p join membership m on m.id = p.membership_id
             where p.id = any($1) and ($2 = '' or m.organisation_id = $2)
  union all select 'paper', d.id, 'Projet de commande du', d.prepared_on from order_draft d join membership m on m.id = d.membership_id
             where d.id = any($1) and ($2 = '' or m.organisation_id = $2)
  union all select 'paper', e.id, e.title, null from execution_dispatch e join membership m on m.id = e.membership_id
             where e.id = any($1) and ($2 = '' or m.organisation_id = $2)`;

type NameRow = { kind: string; id: string; name: string; on_day: LocalDate | null };

const nameOf = ({ name, on_day: day }: NameRow) => (day ? `${name} ${frenchDate(day)}` : name);

/** An id or a digest says nothing to a person; the number of a letter or of a judgment does. */
const isOpaque = (restsOn: string) =>
  /^[0-9a-f]{64}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(restsOn);
