import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { MarketUnknown } from '#libs/trade';
import { type Market, type MarketChange } from '../markets/markets.reader.js';
import type { MarketDocument } from '../markets/markets.module.js';
import { type AmendmentRow, amendmentFromRow } from './amendments.pg-repository.js';
import { type MarketView, MarketViews } from './market-views.reader.js';

@Injectable()
export class PgMarketViews extends MarketViews {
  constructor(private readonly database: Database) {
    super();
  }

  async list(page: { codes: readonly string[] | undefined; after: string; limit: number }) {
    const { rows } = await this.database.query<MarketRow>(
      `select code, version, sha256, terms, ${inForce} from market m
        where ($1::text[] is null or code = any($1)) and code > $2 order by code limit $3`,
      [page.codes ?? null, page.after, page.limit + 1],
    );
    return rows.map(viewFromRow);
  }

  async show(code: string, version?: number): Promise<MarketView> {
    const { rows } = await this.database.query<MarketRow>(
      version === undefined
        ? `select code, version, sha256, terms, ${inForce} from market m where code = $1`
        : `select v.version, v.sha256, v.terms, ${inForce} from market m
             join market_version v on v.market_code = m.code where m.code = $1 and v.version = $2`,
      version === undefined ? [code] : [code, version],
    );
    const [row] = rows;
    if (row) return viewFromRow(row);
    throw new MarketUnknown('Ce marché n’existe pas, ou pas dans cette version.', {
      marketCode: code.slice(0, 40),
    });
  }

  async versions(code: string, before: number, limit: number) {
    const { rows } = await this.database.query<VersionRow>(
      `select v.version, v.sha256, v.cause, v.changes, v.recorded_by, v.recorded_on,
              coalesce(a.number, '') as number, coalesce(a.document, v.document) as document
         from market_version v left join market_amendment a on a.id = v.amendment_id
        where v.market_code = $1 and v.version < $2 order by v.version desc limit $3`,
      [code, before, limit + 1],
    );
    return rows.map((row) => ({
      version: row.version,
      sha256: row.sha256,
      cause: row.cause,
      changes: row.changes,
      recordedBy: row.recorded_by,
      recordedOn: row.recorded_on ?? undefined,
      amendmentNumber: row.number,
      document: row.document ?? undefined,
    }));
  }

  async amendments(code: string, before: number, limit: number) {
    const { rows } = await this.database.query<
      AmendmentRow & { position: number; version: number | null }
    >(
      `select a.*, v.version from market_amendment a left join market_version v on v.amendment_id = a.id
        where a.market_code = $1 and a.position < $2 order by a.position desc limit $3`,
      [code, before, limit + 1],
    );
    return rows.map((row) => ({
      ...amendmentFromRow(row),
      position: row.position,
      version: row.version ?? 0,
    }));
  }

  async pending(code: string) {
    const { rows } = await this.database.query<{ number: string; effective_on: LocalDate }>(
      `select number, effective_on from market_amendment a
        where market_code = $1 and not exists (select from market_version v where v.amendment_id = a.id)
        order by position`,
      [code],
    );
    return rows.map(({ number, effective_on }) => ({ number, effectiveOn: effective_on }));
  }
}

const inForce = `exists (select from membership a where a.market_code = m.code and a.status in ('ACTIVE', 'ENDED')) as in_force`;

type MarketRow = { version: number; sha256: string; terms: Market; in_force: boolean };
type VersionRow = {
  version: number;
  sha256: string;
  cause: string;
  changes: MarketChange[];
  recorded_by: string;
  recorded_on: LocalDate | null;
  number: string;
  document: MarketDocument | null;
};

function viewFromRow({ version, sha256, terms, in_force }: MarketRow): MarketView {
  return { market: terms, version, sha256, inForce: in_force };
}
