import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type InvoiceKind, isCredit } from '../invoices/invoices.module.js';
import type { IssuedSale } from './domain/sales-entries.js';

/** What was issued in a market, as the books take it. */
@Injectable()
export class Sales {
  constructor(private readonly database: Database) {}

  /** Of a civil year of issue, series by series in the order of their numbers; at most `limit`. */
  async ofYear(marketCode: string, year: number, limit: number): Promise<IssuedSale[]> {
    const rows = await this.database.rows<Row>(
      `select i.number, i.issued_on as "issuedOn", i.buyer, i.kind,
              array_agg(v.vat_basis_points order by v.vat_basis_points desc) as rates,
              array_agg(v.net_cents order by v.vat_basis_points desc) as nets,
              array_agg(v.vat_cents order by v.vat_basis_points desc) as vats
         from invoice i join invoice_vat_total v using (invoice_id)
        where i.status = 'FINALISED' and i.market_code = $1 and i.series_year = $2
        group by i.invoice_id
        order by i.supplier_siret, i.number_prefix, i.sequence limit $3`,
      [marketCode, year, limit],
    );
    return rows.map(({ number, issuedOn, buyer, kind, rates, nets, vats }) => ({
      number,
      issuedOn,
      isCredit: isCredit(kind),
      buyer: { siren: buyer.siren, name: buyer.name },
      vatTotals: rates.map((vatBasisPoints, at) => ({
        vatBasisPoints,
        netCents: BigInt(nets[at]!),
        vatCents: BigInt(vats[at]!),
      })),
    }));
  }
}

type Row = {
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly issuedOn: LocalDate;
  readonly buyer: { readonly siren: string; readonly name: string };
  readonly rates: readonly number[];
  readonly nets: readonly (string | bigint)[];
  readonly vats: readonly (string | bigint)[];
};
