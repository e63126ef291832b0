import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';

export type RemarkLine = {
  readonly code: string;
  readonly seq: number;
  readonly file: string;
  readonly line: number;
  readonly subject: string;
};

/** Where the remarks of an import stand, as people read it. */
@Injectable()
export class RemarkLines {
  constructor(private readonly database: Database) {}

  /** By code, then in the order of the files; `limit` + 1 of them where there are more. */
  async page(
    importId: string,
    page: { code: string; limit: number; after: readonly [code: string, seq: number] | undefined },
  ): Promise<RemarkLine[]> {
    const { rows } = await this.database.query<RemarkLine>(
      `select code, seq, file, line, subject from remark_line
       where import_id = $1::uuid and $2 in ('', code) and ($3::text is null or (code, seq) > ($3, $4::int))
       order by code, seq limit $5`,
      [importId, page.code, page.after?.[0] ?? null, page.after?.[1] ?? null, page.limit + 1],
    );
    return rows;
  }
}
