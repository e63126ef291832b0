import { Injectable } from '@nestjs/common';
import { PendingWork } from '#libs/messaging';
import { Gauge, registry } from '#libs/observability';
import { Database } from '#libs/persistence';
import { EntQueue, EntTrash } from '../ent/ent.module.js';
import { creationUnheard } from '../ent-work/ent-work.module.js';

const refusedWork = new Gauge({
  name: 'ent_refused_work',
  help: 'Accounts for which the ENT refused a block, move, name, link or deletion, by code',
  labelNames: ['code'],
  registers: [registry],
});

const toleratedSeats = new Gauge({
  name: 'seats_tolerated',
  help: 'Seats held beyond what is ordered, by tolerance of the market',
  labelNames: ['market'],
  registers: [registry],
});

const schoolsNotCompared = new Gauge({
  name: 'ent_schools_not_compared',
  help: 'Schools of today that the ENT gave no answer for that may be believed, by code',
  labelNames: ['code'],
  registers: [registry],
});

const plansHeld = new Gauge({
  name: 'ent_plans_held',
  help: 'Schools whose work towards the ENT, or differences from it, waits for an approval',
  registers: [registry],
});

const identifiersExchanged = new Gauge({
  name: 'ent_identifiers_exchanged',
  help: 'Accounts blocked because their user in the ENT bears the identifier of another account',
  registers: [registry],
});

const erasuresLate = new Gauge({
  name: 'ent_erasures_late',
  help: 'Used accounts that the ENT will keep, or keeps, longer than three months after their person left',
  registers: [registry],
});

/** Marks, rows, imports half received and jobs: while any is left, the day is not quiet (MKT-4). It is while refused work waits, or who left is looked for again. */
@Injectable()
export class PendingAccounts extends PendingWork {
  constructor(
    private readonly database: Database,
    private readonly queue: EntQueue,
    private readonly trash: EntTrash,
  ) {
    super();
  }

  override async count(): Promise<number> {
    const jobs = await this.queue.count();
    const { rows } = await this.database.query<{ count: bigint }>({
      name: 'accounts-pending',
      text: `select (select count(*) from person_mark) + (select count(*) from pool_mark) + (select count(*) from ent_task where gate <> 'HELD' and (refused_code = '' or not_before <= now()))
         + (select count(*) from structure_reading r where attempts > 0 or not_before <= now()
            or not exists (select from fed_school_today f where f.uai = r.uai)) + (select count(*) from ent_urgent_block u join account a using (account_id)
            where not u.told or (u.cause = 'DECISION' and u.wanted and a.state in ('PROVISIONED', 'ACTIVATED'))) + (select count(*) from ent_retry_account where state = 'WAITING') + (select count(*) from lost_account_fact) + (select count(*) from import_progress where not settled)
         + (select count(*) from account, platform.business_day d
            where state = 'CLOSING' and closing_ends_on <= d.day) as count`,
    });
    await this.showRefused();
    await this.showTolerated();
    await this.showLooks();
    await this.showLateErasures();
    await this.showExchanged();
    return jobs + Number(rows[0]?.count ?? 0n);
  }

  /**
   * Whether the loop over accounts may find anything: one statement, since the loop looks several times a second, and
   * planned once for a connection, which costs ten times the answer. Marks
   * that wait for others are there too; what the parts of the loop find due decides.
   */
  async isAnyDue(): Promise<boolean> {
    const { rows } = await this.database.query<{ due: boolean }>({
      name: 'accounts-due',
      text: `select exists (select from pool_mark) or exists (select from person_mark where import_id = '')
         or exists (select from lost_account_fact)
         or exists (select from ent_task where gate = 'GATHERED')
         or exists (select from ent_approval a join import_progress i on i.import_id = a.reference where a.source = 'DIRECTORY' and i.settled)
         or exists (select from account, platform.business_day d
            where state = 'CLOSING' and closing_ends_on <= d.day) as due`,
    });
    return rows[0]?.due ?? false;
  }

  private async showRefused(): Promise<void> {
    const { rows } = await this.database.query<{ code: string; count: bigint }>({
      name: 'refused-work',
      text: 'select refused_code as code, count(*) as count from ent_task where refused_code <> all($1) group by refused_code',
      values: [['', creationUnheard]],
    });
    refusedWork.reset();
    for (const { code, count } of rows) refusedWork.set({ code }, Number(count));
  }

  private async showTolerated(): Promise<void> {
    const { rows } = await this.database.query<{ market: string; seats: bigint }>({
      name: 'seats-tolerated',
      text: `select m.market_code as market, sum(greatest(p.held - p.ordered, 0))::bigint as seats
       from seat_pool p join membership m using (membership_id) where p.over_since is not null group by m.market_code`,
    });
    toleratedSeats.reset();
    for (const { market, seats } of rows) toleratedSeats.set({ market }, Number(seats));
  }

  /** Those that close, and those whose deletion the ENT has not done: what it keeps afterwards counts too (SUP-4). */
  private async showLateErasures(): Promise<void> {
    const { rows } = await this.database.query<{ count: number }>({
      name: 'late-erasures',
      text: `select (select count(*) from account where state = 'CLOSING' and activated
           and closing_ends_on + $1::integer > since + interval '3 months')::int
         + (select count(*) from ent_task join account a using (account_id) cross join platform.business_day d
            where a.state = 'DELETED' and a.activated and a.ent_id is not null and d.day + $1::integer > interval '3 months' + (
              select max(t.effective_on) from account_transition t where t.account_id = a.account_id and t.to_state = 'CLOSING'))::int as count`,
      values: [this.trash.days],
    });
    erasuresLate.set(rows[0]?.count ?? 0);
  }

  private async showExchanged(): Promise<void> {
    const { rows } = await this.database.query<{ count: number }>({
      name: 'identifiers-exchanged',
      text: `select count(*)::int as count from ent_urgent_block where cause = 'EXCHANGE' and wanted`,
    });
    identifiersExchanged.set(rows[0]?.count ?? 0);
  }

  private async showLooks(): Promise<void> {
    const { rows } = await this.database.query<{ status: string; code: string; count: number }>({
      name: 'looks-of-today',
      text: `select status, incident_code as code, count(*)::int as count from ent_look, platform.business_day d
       where ent_look.day = d.day and status in ('INCIDENT', 'HELD') group by status, incident_code
       union all select 'HELD', '', count(*)::int from ent_plan_part where state = 'HELD'`,
    });
    schoolsNotCompared.reset();
    plansHeld.set(0);
    for (const { status, code, count } of rows) {
      if (status === 'HELD') plansHeld.inc(count);
      else schoolsNotCompared.set({ code }, count);
    }
  }
}
