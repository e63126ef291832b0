import { Injectable } from '@nestjs/common';
import { Gauge, registry } from '#libs/observability';
import { Database } from '#libs/persistence';

const held = new Gauge({
  name: 'ent_imports_held',
  help: 'Imports that wait for a decision of support level 2, by source',
  labelNames: ['source'],
  registers: [registry],
});

const daysLeft = new Gauge({
  name: 'ent_imports_held_days_left',
  help: 'Days until the first of these expires, by source',
  labelNames: ['source'],
  registers: [registry],
});

const stopped = new Gauge({
  name: 'ent_imports_stopped',
  help: 'Imports that failed, or were refused though nobody is there to read why, and no later one has been read since',
  labelNames: ['source', 'code'],
  registers: [registry],
});

const late = new Gauge({
  name: 'ent_source_late_days',
  help: 'Days beyond those that may pass between two deliveries of a source',
  labelNames: ['source'],
  registers: [registry],
});

/** Whoever sends files reads what becomes of them; of the folder of a source, or an LDAP, somebody has to be told. */
const cameByItself = `(starts_with(i.folder, i.source || '/') or starts_with(i.folder, 'ldap/'))`;

/** Of an import `i` that stopped: nothing was read since of the same source and school. */
export const standsStopped = `i.stopped_by <> '' and not exists (
  select from directory_import l where l.source = i.source and l.uai = i.uai and l.started_at > i.started_at and l.delivered_on is not null)`;

/** What a person is needed for, source by source; those that are disabled ring for nothing new. */
@Injectable()
export class SourceAlarms {
  constructor(private readonly database: Database) {}

  async show(): Promise<void> {
    await this.showHeld();
    await this.showStopped();
    await this.showLate();
  }

  /** What a head may decide alone is between the head and the page. */
  private async showHeld(): Promise<void> {
    const { rows } = await this.database.query<{ source: string; count: number; days: number }>(
      `select i.source, count(*)::int as count, min(p.expires_on - d.day) as days
       from directory_import i join plan p on p.import_id = i.import_id and p.state = 'CURRENT'
       cross join platform.business_day d
       where i.state = 'HELD' and (not i.own_school or exists (
         select from plan_school q where q.plan_id = p.plan_id and q.state = 'HELD' and q.over))
       group by i.source`,
    );
    held.reset();
    daysLeft.reset();
    for (const { source, count, days } of rows) {
      held.set({ source }, count);
      daysLeft.set({ source }, days);
    }
  }

  private async showStopped(): Promise<void> {
    const { rows } = await this.database.query<{ source: string; code: string; count: number }>(
      `select i.source, i.stopped_by as code, count(*)::int as count
       from directory_import i join declared_source s on s.source_code = i.source and s.enabled
       where ${standsStopped} and (i.state = 'FAILED' or ${cameByItself}) group by i.source, i.stopped_by`,
    );
    stopped.reset();
    for (const { source, code, count } of rows) stopped.set({ source, code }, count);
  }

  private async showLate(): Promise<void> {
    const { rows } = await this.database.query<{ source: string; days: number }>(
      `select s.source_code as source, greatest(0, d.day - greatest(s.expected_since, i.delivered_on) - s.every_days) as days
       from declared_source s cross join platform.business_day d
       left join lateral (
         select delivered_on from directory_import where source = s.source_code and delivered_on is not null
         order by started_at desc, import_id desc limit 1) i on true
       where s.enabled and s.every_days > 0`,
    );
    late.reset();
    for (const { source, days } of rows) late.set({ source }, days);
  }
}
