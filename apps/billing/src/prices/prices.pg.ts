import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { PriceEntry } from './domain/price-schedule.js';

export type PriceList = {
  /** Highest version among the entries; 0 where there is none. */
  readonly version: number;
  readonly entries: readonly PriceEntry[];
};

/** The BPU, append-only (BIL-2): a later entry for the same item and day takes the place of an earlier one. */
@Injectable()
export class Prices {
  /** The prices in force as they stood at a version (default: now). */
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

  /** Entries get the market's next versions, as the approved proposal has them; the caller holds the market's lock. */
  async append(
    tx: Transaction,
    { marketCode, proposalId }: { readonly marketCode: string; readonly proposalId: string },
    entries: readonly PriceEntry[],
  ): Promise<void> {
    await tx.query(
      `insert into price
         (market_code, version, item_code, effective_from, unit_price_ten_thousandths, vat_basis_points, proposal_id)
       select $1, known.version + e.ordinal, e.item_code, e.effective_from, e.unit_price, e.vat, $2
       from unnest($3::text[], $4::date[], $5::bigint[], $6::int[])
              with ordinality as e (item_code, effective_from, unit_price, vat, ordinal),
            (select coalesce(max(version), 0) as version from price where market_code = $1) as known`,
      [
        marketCode,
        proposalId,
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
