import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import { type InvoiceSeries } from './domain/invoice-number.js';

export class IssueDateGoesBack extends defineProblem('ISSUE_DATE_GOES_BACK', 'conflict') {
  constructor(series: InvoiceSeries, issuedOn: LocalDate) {
    super(
      `La série ${series.prefix}-${series.year} contient déjà une facture postérieure au ${frenchDate(issuedOn)} : émettez à la date du jour.`,
      { prefix: series.prefix, year: series.year, issuedOn },
    );
  }
}

export type SeriesState = {
  readonly supplierSiret: string;
  readonly prefix: string;
  readonly year: number;
  readonly lastSequence: number;
  /** Issued in this series. */
  readonly invoices: number;
};

/** The counters of invoice numbers: one row per supplier, prefix and year of issue (BIL-4). */
@Injectable()
export class InvoiceCounters {
  constructor(private readonly database: Database) {}

  /**
   * The next number of a series. The row stays locked until the transaction ends, so a rollback
   * gives the number back and a concurrent run waits: no gap (BIL-4). Throws IssueDateGoesBack.
   */
  async next(tx: Transaction, series: InvoiceSeries, issuedOn: LocalDate): Promise<number> {
    const { rows } = await tx.query<{ last_sequence: number }>(
      `insert into invoice_series as s (supplier_siret, prefix, year, last_sequence, last_issued_on)
       values ($1, $2, $3, 1, $4)
       on conflict (supplier_siret, prefix, year) do update
         set last_sequence = s.last_sequence + 1, last_issued_on = excluded.last_issued_on
         where s.last_issued_on <= excluded.last_issued_on
       returning last_sequence`,
      [series.supplierSiret, series.prefix, series.year, issuedOn],
    );
    const row = rows[0];
    if (row === undefined) throw new IssueDateGoesBack(series, issuedOn);
    return row.last_sequence;
  }

  /** The number last given in a series, without a lock; 0 where none was. */
  async last({ supplierSiret, prefix, year }: InvoiceSeries): Promise<number> {
    const [last] = await this.database.column<number>(
      'select last_sequence from invoice_series where (supplier_siret, prefix, year) = ($1, $2, $3)',
      [supplierSiret, prefix, year],
    );
    return last ?? 0;
  }

  async ofMarket(marketCode: string): Promise<SeriesState[]> {
    const { rows } = await this.database.query<{
      supplier_siret: string;
      prefix: string;
      year: number;
      last_sequence: number;
      invoices: number;
    }>(
      `select s.*, (select count(*)::int from invoice i
                   where (i.supplier_siret, i.number_prefix, i.series_year) = (s.supplier_siret, s.prefix, s.year)) as invoices
         from invoice_series s where $1 = '' or exists (
         select 1 from market m where m.market_code = $1
           and m.terms -> 'supplier' ->> 'siret' = s.supplier_siret and m.terms ->> 'numberPrefix' = s.prefix)
       order by supplier_siret, prefix, year`,
      [marketCode],
    );
    return rows.map((row) => ({
      supplierSiret: row.supplier_siret,
      prefix: row.prefix,
      year: row.year,
      lastSequence: row.last_sequence,
      invoices: row.invoices,
    }));
  }
}
