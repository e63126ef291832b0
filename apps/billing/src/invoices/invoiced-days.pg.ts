import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';

/** Which days are invoiced, drafts counted, withdrawn ones not. */
@Injectable()
export class InvoicedDays {
  constructor(private readonly database: Database) {}

  /** The first day of the market that no invoice covers; null where nothing is invoiced. */
  async until(marketCode: string): Promise<LocalDate | null> {
    const { rows } = await this.database.query<{ until: LocalDate | null }>(
      `select max(period_end) as until from invoice where market_code = $1 and status <> 'WITHDRAWN'`,
      [marketCode],
    );
    return rows[0]?.until ?? null;
  }

  /** Days of one membership that an invoice covers, ascending; those that follow each other are one period. */
  async ofMembership(tx: Transaction, membershipId: string): Promise<Period[]> {
    const { rows } = await tx.query<Period>(
      `select lower(days) as start, upper(days) as "end"
         from (select unnest(range_agg(daterange(period_start, period_end))) as days
                 from invoice where membership_id = $1 and status <> 'WITHDRAWN') as invoiced
        order by 1`,
      [membershipId],
    );
    return rows;
  }

  /** Days for which invoices of the market have a line, by item. */
  async byItem(
    tx: Transaction,
    marketCode: string,
  ): Promise<{ itemCode: string; period: Period }[]> {
    const { rows } = await tx.query<{ item_code: string; start: LocalDate; end: LocalDate }>(
      `select item_code, lower(days) as start, upper(days) as end
       from (select l.item_code, unnest(range_agg(daterange(l.period_start, l.period_end))) as days
             from invoice_line l join invoice i using (invoice_id)
             where i.market_code = $1 and i.status <> 'WITHDRAWN' group by l.item_code) as invoiced
       order by 1, 2`,
      [marketCode],
    );
    return rows.map(({ item_code, start, end }) => ({
      itemCode: item_code,
      period: { start, end },
    }));
  }
}
