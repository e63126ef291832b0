import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { type LocalDate } from '#libs/time';
import { type PriceEntry } from './domain/price-schedule.js';
import { type PriceList, type PriceReader } from './prices.reader.js';
import { type PriceImport, Prices } from './prices.repository.js';

@Injectable()
export class PgPrices extends Prices implements PriceReader {
  async current(tx: Transaction, marketCode: string): Promise<PriceEntry[]> {
    return [...(await this.priceList(tx, marketCode)).entries];
  }

  async priceList(
    tx: Transaction,
    marketCode: string,
    version = Number.MAX_SAFE_INTEGER,
  ): Promise<PriceList> {
    const { rows } = await tx.query<PriceRow>(
      `select distinct on (item_code, effective_from)
              version, item_code, effective_from, unit_price_ten_thousandths, vat_basis_points
       from price where market_code = $1 and version <= $2
       order by item_code, effective_from, version desc`,
      [marketCode, version],
    );
    return {
      version: rows.reduce((highest, row) => Math.max(highest, Number(row.version)), 0),
      entries: rows.map(fromRow),
    };
  }

  async append(
    tx: Transaction,
    source: PriceImport,
    entries: readonly PriceEntry[],
  ): Promise<void> {
    await tx.query(
      `insert into price_import (import_id, market_code, sha256, content, imported_on, imported_by)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        source.importId,
        source.marketCode,
        source.sha256,
        source.content,
        source.importedOn,
        source.importedBy,
      ],
    );
    await tx.query(
      `insert into price
         (market_code, version, item_code, effective_from, unit_price_ten_thousandths, vat_basis_points, import_id)
       select $1, known.version + e.ordinal, e.item_code, e.effective_from, e.unit_price, e.vat, $2
       from unnest($3::text[], $4::date[], $5::bigint[], $6::int[])
              with ordinality as e (item_code, effective_from, unit_price, vat, ordinal),
            (select coalesce(max(version), 0) as version from price where market_code = $1) as known`,
      [
        source.marketCode,
        source.importId,
        entries.map((entry) => entry.itemCode),
        entries.map((entry) => entry.effectiveFrom),
        entries.map((entry) => entry.unitPrice),
        entries.map((entry) => entry.vatBasisPoints),
      ],
    );
  }
}

type PriceRow = {
  version: bigint;
  item_code: string;
  effective_from: LocalDate;
  unit_price_ten_thousandths: bigint;
  vat_basis_points: number;
};

function fromRow(row: PriceRow): PriceEntry {
  return {
    itemCode: row.item_code,
    effectiveFrom: row.effective_from,
    unitPrice: row.unit_price_ten_thousandths,
    vatBasisPoints: row.vat_basis_points,
  };
}
