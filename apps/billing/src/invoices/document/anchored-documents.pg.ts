import { Injectable } from '@nestjs/common';
import { ChainHeads, Database, type Head, idOf } from '#libs/persistence';

/** The last paper of each series: one that is exchanged, or cut off at its end, is not what was anchored (BIL-4). */
@Injectable()
export class AnchoredDocuments extends ChainHeads {
  readonly kind = 'invoices';

  constructor(private readonly database: Database) {
    super();
  }

  /** Whether a chain is a series of the market's supplier, whether or not anything is left of it; empty: of any. */
  async ofMarket(marketCode: string): Promise<(subject: string) => boolean> {
    const beginnings = await this.database.column<string>(
      `select 'invoices/' || concat_ws('-', terms -> 'supplier' ->> 'siret', terms ->> 'numberPrefix', '')
         from market where $1 = '' or market_code = $1`,
      [marketCode],
    );
    return (subject) =>
      beginnings.some(
        (one) => subject.startsWith(one) && /^\d{4}$/.test(subject.slice(one.length)),
      );
  }

  heads(): Promise<Head[]> {
    return this.database.rows<Head>(
      `select 'invoices/' || concat_ws('-', s.supplier_siret, s.prefix, s.year) as subject, s.last_sequence as position, d.chain as hash
         from invoice_series s
         join invoice i on (i.supplier_siret, i.number_prefix, i.series_year, i.sequence)
                         = (s.supplier_siret, s.prefix, s.year, s.last_sequence)
         join invoice_document d using (invoice_id)`,
    );
  }

  hashesAt(heads: readonly Head[]): Promise<(string | null)[]> {
    return this.database.column<string | null>(
      `select (select d.chain from invoice i join invoice_document d using (invoice_id)
                where concat_ws('-', i.supplier_siret, i.number_prefix, i.series_year) = asked.series and i.sequence = asked.sequence)
         from unnest($1::text[], $2::integer[]) with ordinality as asked (series, sequence, at) order by at`,
      [heads.map(idOf), heads.map(({ position }) => position)],
    );
  }
}
