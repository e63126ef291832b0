import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import { type InvoiceSeries, keyOf } from '../domain/invoice-number.js';

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

/** A series while its row is held. */
export class HeldCounter {
  last: number;

  constructor(
    readonly series: InvoiceSeries,
    readonly issuedOn: LocalDate,
    /** Given before. */
    readonly before: number,
    private readonly lastIssuedOn: LocalDate | null,
  ) {
    this.last = before;
  }

  /** The number that `draw` takes. Throws IssueDateGoesBack. */
  get next(): number {
    const { series, issuedOn, lastIssuedOn } = this;
    if (lastIssuedOn !== null && lastIssuedOn > issuedOn) {
      throw new IssueDateGoesBack(series, issuedOn);
    }
    return this.last + 1;
  }

  draw(): void {
    this.last += 1;
  }
}

type CounterRow = { last_sequence: number; last_issued_on: LocalDate | null };

const heldRow = (tx: Transaction, { supplierSiret, prefix, year }: InvoiceSeries) =>
  tx.row<CounterRow>(
    `select last_sequence, last_issued_on from invoice_series
      where (supplier_siret, prefix, year) = ($1, $2, $3) for update`,
    [supplierSiret, prefix, year],
  );

/** Where there is no row to hold yet, those who would begin the series take turns too, before they draw any paper. */
async function firstOfSeries(tx: Transaction, series: InvoiceSeries) {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [keyOf(series)]);
  return heldRow(tx, series);
}

/** Its first number was given beside this transaction, which is undone and done again as after a serialization failure. */
class SeriesBegunMeanwhile extends Error {
  readonly code = '40001';
}

/** The counters of invoice numbers: one row per supplier, prefix and year of issue (BIL-4). */
@Injectable()
export class InvoiceCounters {
  constructor(private readonly database: Database) {}

  /**
   * By key, what stands of these series: locked until the transaction ends, so a rollback gives back what was drawn and a
   * concurrent run waits: no gap (BIL-4). In one order, whoever locks.
   */
  async hold(
    tx: Transaction,
    series: readonly InvoiceSeries[],
    issuedOn: LocalDate,
  ): Promise<ReadonlyMap<string, HeldCounter>> {
    const byKey = new Map(series.map((one) => [keyOf(one), one]));
    const held = new Map<string, HeldCounter>();
    for (const key of [...byKey.keys()].sort()) {
      const one = byKey.get(key)!;
      const row = (await heldRow(tx, one)) ?? (await firstOfSeries(tx, one));
      const { last_sequence: last = 0, last_issued_on: lastIssuedOn = null } = row ?? {};
      held.set(key, new HeldCounter(one, issuedOn, last, lastIssuedOn));
    }
    return held;
  }

  /** What was drawn of them, with the day on which it is issued. */
  async keep(tx: Transaction, held: Iterable<HeldCounter>): Promise<void> {
    for (const { series, issuedOn, before, last } of held) {
      if (last === before) continue;
      const { rowCount } = await tx.query(
        `insert into invoice_series as s (supplier_siret, prefix, year, last_sequence, last_issued_on)
         values ($1, $2, $3, $4, $5)
         on conflict (supplier_siret, prefix, year) do update
           set last_sequence = excluded.last_sequence, last_issued_on = excluded.last_issued_on
           where s.last_sequence = $6`,
        [series.supplierSiret, series.prefix, series.year, last, issuedOn, before],
      );
      if (rowCount !== 1) throw new SeriesBegunMeanwhile(keyOf(series));
    }
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
