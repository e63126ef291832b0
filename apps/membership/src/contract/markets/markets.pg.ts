import { Injectable } from '@nestjs/common';
import { Database, insertRow, type Transaction } from '#libs/persistence';
import { MarketUnknown, type Recorded } from '#libs/trade';
import { type Market, MarketInForce, type VersionedMarket } from './domain/market.js';
import type { MarketChange } from './domain/amendment.js';

/** Why a version came to be. */
export type VersionCause =
  | { readonly cause: 'LOADED' }
  | { readonly cause: 'DATE_FIXED'; readonly documentId: string }
  | { readonly cause: 'AMENDED'; readonly amendmentId: string };

/** What is kept beside the terms themselves. */
export type VersionRecord = VersionCause &
  Recorded & {
    readonly version: number;
    readonly sha256: string;
    readonly changes: readonly MarketChange[];
  };

/** What is kept of markets. Everything is written in the caller's transaction. */
@Injectable()
export class Markets {
  constructor(private readonly database: Database) {}

  /** Locks the code until the end of the transaction, whether the market exists or not. */
  async findForUpdate(tx: Transaction, code: string) {
    // A row that does not exist cannot be locked, its name can: two first loads wait for each other.
    await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`market:${code}`]);
    return tx.row<VersionedMarket & { readonly sha256: string }>(
      'select terms as market, version, sha256 from market where code = $1',
      [code],
    );
  }

  /** The same of one that is there. Throws MarketUnknown. */
  async knownForUpdate(tx: Transaction, code: string) {
    return (await this.findForUpdate(tx, code)) ?? unknownMarket(code);
  }

  /** Throws MarketInForce where a membership of the market has been activated. */
  async requireNotInForce(tx: Transaction, marketCode: string): Promise<void> {
    if (!(await this.isInForce(tx, marketCode))) return;
    throw new MarketInForce(
      'Des adhésions sont en vigueur : ce marché ne change plus que par un avenant signé.',
      { marketCode },
    );
  }

  /** Whether a membership of the market has been activated. */
  async isInForce(tx: Transaction, code: string): Promise<boolean> {
    const inForce = await tx.value<boolean>(
      `select exists (select 1 from membership where market_code = $1 and status in ('ACTIVE', 'ENDED'))`,
      [code],
    );
    return inForce ?? false;
  }

  /** Items that an annex 2 of the market already names. */
  itemsInUse(tx: Transaction, code: string): Promise<string[]> {
    return tx.column<string>(
      `select distinct l.item_code as "itemCode" from annexe2_line l
         join annexe2 a on a.id = l.annexe2_id
         join membership m on m.id = a.membership_id where m.market_code = $1`,
      [code],
    );
  }

  /** The market as it is from now on, and its version, which stays for ever. */
  async save(tx: Transaction, market: Market, record: VersionRecord): Promise<void> {
    const { version, sha256 } = record;
    const { code, floorScope, decreaseNoticeDays } = market;
    await tx.query(
      `insert into market (code, version, sha256, terms, floor_scope, decrease_notice_days)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (code) do update set version = $2, sha256 = $3, terms = $4, floor_scope = $5,
         decrease_notice_days = $6`,
      [code, version, sha256, JSON.stringify(market), floorScope, decreaseNoticeDays],
    );
    await keepVersion(tx, market, record);
    // Item by item: one that a commitment names cannot be taken away, not even to be put back.
    const codes = market.items.map(({ code }) => code);
    await tx.query('delete from market_item where market_code = $1 and item_code <> all ($2)', [
      code,
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
        code,
        codes,
        market.items.map(({ label }) => label),
        market.items.map(({ groupMaximum }) => groupMaximum),
        market.items.map(({ memberMaximum }) => memberMaximum ?? 0),
      ],
    );
  }

  /** Throws MarketUnknown. With `tx` the market stays as it is until the transaction ends. */
  async find(code: string, tx?: Transaction): Promise<VersionedMarket> {
    if (tx) await tx.query('select pg_advisory_xact_lock_shared(hashtext($1))', [`market:${code}`]);
    const found = 'select terms as market, version from market where code = $1';
    return (await (tx ?? this.database).row<VersionedMarket>(found, [code])) ?? unknownMarket(code);
  }
}

function unknownMarket(code: string): never {
  const marketCode = code.slice(0, 40);
  throw new MarketUnknown(`Le marché « ${marketCode} » n’existe pas : chargez son fichier.`, {
    marketCode,
  });
}

async function keepVersion(tx: Transaction, market: Market, record: VersionRecord): Promise<void> {
  const { by: recordedBy, on: recordedOn, changes, ...row } = record;
  await insertRow(tx, 'market_version', {
    ...{ marketCode: market.code, terms: market, ...row },
    ...{ changes: JSON.stringify(changes), recordedBy, recordedOn },
  });
}
