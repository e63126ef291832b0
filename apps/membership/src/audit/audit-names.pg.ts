import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { frenchDate, type LocalDate } from '#libs/time';
import type { AuditEntryView, AuditScope } from './audit-entries.pg.js';

/** What an entry is about, for whom and on what it rests, as a person calls them; empty where it is not kept. */
export type NamedEntry = AuditEntryView & {
  readonly subjectName: string;
  readonly restsOnName: string;
  readonly onBehalfOfName: string;
};

/**
 * The names of what entries point at by an id or a digest. A paper or an order is named only to whom it belongs
 * (SUP-3): $2 is the organisation that asks, empty for the group.
 */
const named = `
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

@Injectable()
export class AuditNames {
  constructor(private readonly database: Database) {}

  async add(entries: readonly AuditEntryView[], scope: AuditScope): Promise<NamedEntry[]> {
    const ids = entries.flatMap(({ subject, restsOn, onBehalfOf }) => [
      subject.slice(subject.indexOf(':') + 1),
      restsOn,
      onBehalfOf,
    ]);
    const { rows } = await this.database.query<NameRow>(named, [
      [...new Set(ids)],
      'organisationId' in scope ? scope.organisationId : '',
    ]);
    const names = new Map(rows.map((row) => [`${row.kind}:${row.id}`, nameOf(row)]));
    return entries.map((entry) => ({
      ...entry,
      subjectName: names.get(entry.subject) ?? '',
      restsOnName:
        names.get(`document:${entry.restsOn}`) ??
        names.get(`paper:${entry.restsOn}`) ??
        (isOpaque(entry.restsOn) ? '' : entry.restsOn),
      onBehalfOfName: names.get(`organisation:${entry.onBehalfOf}`) ?? '',
    }));
  }
}

type NameRow = { kind: string; id: string; name: string; on_day: LocalDate | null };

const nameOf = ({ name, on_day: day }: NameRow) => (day ? `${name} ${frenchDate(day)}` : name);

/** An id or a digest says nothing to a person; the number of a letter or of a judgment does. */
const isOpaque = (restsOn: string) =>
  /^[0-9a-f]{64}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(restsOn);
