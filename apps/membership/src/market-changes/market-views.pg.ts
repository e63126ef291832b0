import { Injectable } from '@nestjs/common';
import type { MarketVersion, Plain } from '#libs/contracts';
import { Database, rowsWithoutNulls } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { MarketUnknown } from '#libs/trade';
import type { Market } from '../contract/markets/markets.module.js';
import { documentOf } from '../documents/documents.module.js';
import { amendmentColumns, amendmentRows, type RecordedAmendment } from './amendments.pg.js';

export type MarketView = {
  readonly market: Market;
  readonly version: number;
  readonly sha256: string;
  readonly inForce: boolean;
};

/** An amendment and the version that it made; 0 until its day comes. */
export type AmendmentView = RecordedAmendment & { readonly version: number };

/** Markets as people look at them. Lists give one row more than `limit`, where there is one. */
@Injectable()
export class MarketViews {
  constructor(private readonly database: Database) {}

  /** Those of `codes`, or all; by code, after one. */
  list(page: { codes: readonly string[] | undefined; after: string; limit: number }) {
    return this.database.rows<MarketView>(
      `select terms as market, version, sha256, ${inForce} from market m
        where ($1::text[] is null or code = any($1)) and code > $2 order by code limit $3`,
      [page.codes, page.after, page.limit + 1],
    );
  }

  /** As it is, or as an earlier version said it. Throws MarketUnknown. */
  async show(code: string, version?: number): Promise<MarketView> {
    const row = await this.database.row<MarketView>(
      version === undefined
        ? `select terms as market, version, sha256, ${inForce} from market m where code = $1`
        : `select v.terms as market, v.version, v.sha256, ${inForce} from market m
             join market_version v on v.market_code = m.code where m.code = $1 and v.version = $2`,
      version === undefined ? [code] : [code, version],
    );
    if (row) return row;
    throw new MarketUnknown('Ce marché n’existe pas, ou pas dans cette version.', {
      marketCode: code.slice(0, 40),
    });
  }

  /** Newest first, before a version. */
  versions(code: string, before: number, limit: number) {
    return rowsWithoutNulls<Plain<MarketVersion>>(
      this.database,
      `select v.version, v.sha256, v.cause, v.changes, v.recorded_by as "recordedBy", v.recorded_on as "recordedOn",
              coalesce(a.number, '') as "amendmentNumber", ${documentOf('coalesce(a.document_id, v.document_id)')} as document
         from market_version v left join market_amendment a on a.id = v.amendment_id
        where v.market_code = $1 and v.version < $2 order by v.version desc limit $3`,
      [code, before, limit + 1],
    );
  }

  /** Newest first, before a position in their order. */
  amendments(code: string, before: number, limit: number) {
    return this.database.rows<AmendmentView>(
      `select ${amendmentColumns}, coalesce(v.version, 0) as version
         from ${amendmentRows} left join market_version v on v.amendment_id = a.id
        where a.market_code = $1 and a.position < $2 order by a.position desc limit $3`,
      [code, before, limit + 1],
    );
  }

  /** Amendments that have not taken effect. */
  pending(code: string) {
    return this.database.rows<{ number: string; effectiveOn: LocalDate }>(
      `select number, effective_on as "effectiveOn" from market_amendment a
        where market_code = $1 and not exists (select from market_version v where v.amendment_id = a.id)
        order by position`,
      [code],
    );
  }
}

const inForce = `exists (select from membership a where a.market_code = m.code and a.status in ('ACTIVE', 'ENDED')) as "inForce"`;
