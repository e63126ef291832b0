import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { MarketUnknown } from '#libs/trade';
import { type Market, type VersionedMarket } from './domain/market.js';
import { MarketReader } from './markets.reader.js';
import { Markets, type VersionRecord } from './markets.repository.js';

@Injectable()
export class PgMarkets extends Markets {
  async findForUpdate(tx: Transaction, code: string) {
    // A row that does not exist cannot be locked, its name can: two first loads wait for each other.
    await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`market:${code}`]);
    const { rows } = await tx.query<{ terms: Market; version: number; sha256: string }>(
      'select terms, version, sha256 from market where code = $1',
      [code],
    );
    const row = rows[0];
    return row && { market: row.terms, version: row.version, sha256: row.sha256 };
  }

  async isInForce(tx: Transaction, code: string): Promise<boolean> {
    const { rows } = await tx.query<{ found: boolean }>(
      `select exists (select 1 from membership where market_code = $1 and status in ('ACTIVE', 'ENDED')) as found`,
      [code],
    );
    return rows[0]?.found ?? false;
  }

  async itemsInUse(tx: Transaction, code: string): Promise<string[]> {
    const { rows } = await tx.query<{ item_code: string }>(
      `select distinct l.item_code from annexe2_line l
         join annexe2 a on a.id = l.annexe2_id
         join membership m on m.id = a.membership_id where m.market_code = $1`,
      [code],
    );
    return rows.map(({ item_code }) => item_code);
  }

  async save(tx: Transaction, market: Market, record: VersionRecord): Promise<void> {
    const { version, sha256 } = record;
    await tx.query(
      `insert into market (code, version, sha256, terms, floor_scope, decrease_notice_days)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (code) do update set version = $2, sha256 = $3, terms = $4, floor_scope = $5,
         decrease_notice_days = $6`,
      [
        market.code,
        version,
        sha256,
        JSON.stringify(market),
        market.floorScope,
        market.decreaseNoticeDays,
      ],
    );
    await keepVersion(tx, market, record);
    // Item by item: one that a commitment names cannot be taken away, not even to be put back.
    const codes = market.items.map(({ code }) => code);
    await tx.query('delete from market_item where market_code = $1 and item_code <> all ($2)', [
      market.code,
      codes,
    ]);
    await tx.query(
      `insert into market_item (market_code, item_code, label, group_maximum, member_maximum, position)
       select $1, item.code, item.label, item.group_maximum, item.member_maximum, item.position
         from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
              with ordinality as item (code, label, group_maximum, member_maximum, position)
       on conflict (market_code, item_code) do update set label = excluded.label, position = excluded.position,
         group_maximum = excluded.group_maximum, member_maximum = excluded.member_maximum`,
      [
        market.code,
        codes,
        market.items.map(({ label }) => label),
        market.items.map(({ groupMaximum }) => groupMaximum),
        market.items.map(({ memberMaximum }) => memberMaximum ?? 0),
      ],
    );
  }
}

async function keepVersion(tx: Transaction, market: Market, record: VersionRecord): Promise<void> {
  await tx.query(
    `insert into market_version (market_code, version, sha256, terms, cause, amendment_id, document, changes, recorded_by, recorded_on)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      market.code,
      record.version,
      record.sha256,
      JSON.stringify(market),
      record.cause,
      record.cause === 'AMENDED' ? record.amendmentId : null,
      record.cause === 'DATE_FIXED' ? JSON.stringify(record.document) : null,
      JSON.stringify(record.changes),
      record.by,
      record.on,
    ],
  );
}

@Injectable()
export class PgMarketReader extends MarketReader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(code: string, tx?: Transaction): Promise<VersionedMarket> {
    if (tx) await tx.query('select pg_advisory_xact_lock_shared(hashtext($1))', [`market:${code}`]);
    const { rows } = await (tx ?? this.database).query<{ terms: Market; version: number }>(
      'select terms, version from market where code = $1',
      [code],
    );
    const row = rows[0];
    if (!row) {
      throw new MarketUnknown(
        `Le marché « ${code.slice(0, 40)} » n’existe pas : chargez son fichier.`,
        {
          marketCode: code.slice(0, 40),
        },
      );
    }
    return { market: row.terms, version: row.version };
  }
}
