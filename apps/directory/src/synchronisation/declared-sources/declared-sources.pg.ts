import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import {
  type SourceDeclaration,
  type SourceKind,
  SourceUndeclared,
} from '../domain/source-declaration.js';

type SourceRow = {
  source_code: string;
  kind: SourceKind;
  title: string;
  academy_code: string;
  priority: number;
  departments: string[];
  uais: string[];
  profiles: string[];
  enabled: boolean;
  delivers_deltas: boolean;
};

@Injectable()
export class DeclaredSources {
  constructor(private readonly database: Database) {}

  async declare(tx: Transaction, source: SourceDeclaration): Promise<void> {
    await tx.query(
      `insert into declared_source (source_code, kind, title, academy_code, priority, departments, uais, profiles, enabled, delivers_deltas)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (source_code) do update set kind = excluded.kind, title = excluded.title,
         academy_code = excluded.academy_code, priority = excluded.priority, departments = excluded.departments,
         uais = excluded.uais, profiles = excluded.profiles, enabled = excluded.enabled, delivers_deltas = excluded.delivers_deltas`,
      [
        source.sourceCode,
        source.kind,
        source.title,
        source.academyCode,
        source.priority,
        source.departments,
        source.uais,
        source.profiles,
        source.enabled,
        source.deliversDeltas,
      ],
    );
  }

  /** Throws SourceUndeclared. */
  async get(sourceCode: string): Promise<SourceDeclaration> {
    const { rows } = await this.database.query<SourceRow>(
      'select * from declared_source where source_code = $1',
      [sourceCode],
    );
    if (!rows[0]) throw new SourceUndeclared(sourceCode);
    return fromRow(rows[0]);
  }

  /** Of those that deliver files now; as many as one may declare in years. */
  async codes(): Promise<string[]> {
    const { rows } = await this.database.query<{ source_code: string }>(
      `select source_code from declared_source where enabled and kind <> 'LDAP' order by source_code limit 1000`,
    );
    return rows.map(({ source_code }) => source_code);
  }

  /** Codes of those that are asked, and deliver nothing themselves. */
  async toAsk(tx: Transaction): Promise<readonly string[]> {
    const { rows } = await tx.query<{ source_code: string }>(
      `select source_code from declared_source where kind = 'LDAP' and enabled order by 1`,
    );
    return rows.map((row) => row.source_code);
  }

  /** By code; `limit` + 1 of them where there are more. */
  async list(limit: number, after: string | undefined): Promise<SourceDeclaration[]> {
    const { rows } = await this.database.query<SourceRow>(
      `select * from declared_source where $2::text is null or source_code collate "C" > $2
       order by source_code collate "C" limit $1`,
      [limit + 1, after ?? null],
    );
    return rows.map(fromRow);
  }
}

function fromRow(row: SourceRow): SourceDeclaration {
  return {
    sourceCode: row.source_code,
    kind: row.kind,
    title: row.title,
    academyCode: row.academy_code,
    priority: row.priority,
    departments: row.departments,
    uais: row.uais,
    profiles: row.profiles,
    enabled: row.enabled,
    deliversDeltas: row.delivers_deltas,
  };
}
