import { Injectable } from '@nestjs/common';
import { Gauge, registry } from '#libs/observability';
import { Database } from '#libs/persistence';

/** A contested draft whose days end within so many, or have ended, is late: its number waits for the supplier's answer. */
const nearDays = 3;

const notNumbered = new Gauge({
  name: 'ent_invoices_not_numbered',
  help: 'Drafts that could not be numbered and wait for somebody (BIL-9), by code; 0 on a healthy day',
  labelNames: ['code'],
  registers: [registry],
});
const contested = new Gauge({
  name: 'ent_drafts_contested_late',
  help: `Contested drafts without an answer whose days end within ${nearDays}, or have ended (BIL-9), by market`,
  labelNames: ['market'],
  registers: [registry],
});
const toMend = new Gauge({
  name: 'ent_invoices_to_mend',
  help: 'Issued invoices that later facts contradict, or that were rejected, not mended yet (BIL-8), by market',
  labelNames: ['market'],
  registers: [registry],
});

type Waiting = { what: 'NOT_NUMBERED' | 'CONTESTED' | 'TO_MEND'; whose: string; count: bigint };

/** What waits for a person and holds up no day: told as figures that ring (deploy/alarms.yml), in one statement. */
@Injectable()
export class WaitingForSomebody {
  constructor(private readonly database: Database) {}

  async tell(): Promise<void> {
    const { rows } = await this.database.query<Waiting>(
      `select 'NOT_NUMBERED' as what, code as whose, count(*) as count from numbering_failure group by code
       union all
       select 'TO_MEND', market_code, count(*) from invoice_review join invoice using (invoice_id)
        where to_mend group by market_code
       union all
       select 'CONTESTED', market_code, count(*)
         from invoice i
        where status = 'DRAFT' and contestable_until <= (select day from platform.business_day) + ${nearDays}
          and (select answer from draft_answer a where a.invoice_id = i.invoice_id
                order by position desc limit 1) = 'CONTESTED'
        group by market_code`,
    );
    for (const gauge of [notNumbered, contested, toMend]) gauge.reset();
    for (const { what, whose, count } of rows) {
      if (what === 'NOT_NUMBERED') notNumbered.set({ code: whose }, Number(count));
      else (what === 'TO_MEND' ? toMend : contested).set({ market: whose }, Number(count));
    }
  }
}
