import { Injectable } from '@nestjs/common';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { Looks, type LookFilter, type LookLine } from '../looks/looks.module.js';
import { Names } from '../read-model/read-model.module.js';

export type ReadJournalInput = Omit<LookFilter, 'beforeId' | 'limit'> & {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
};

/** Who looked at whom, and why: for the data-protection officer (SUP-2). */
@Injectable()
export class ReadJournal {
  constructor(
    private readonly looks: Looks,
    private readonly names: Names,
  ) {}

  async execute({ cursor, limit, ...filter }: ReadJournalInput) {
    const rows = pageLimitOf(limit);
    const [beforeId] = decodeCursor(cursor, 'rowId') ?? [];
    const found = await this.looks.list({
      ...filter,
      limit: rows,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    const page = pageOf<LookLine>(found, rows, (line) => [line.id]);
    return { looks: page.rows, nextCursor: page.nextCursor };
  }

  /** Who may be asked about: the journal is filtered by one of them. */
  async agents() {
    return { agents: await this.names.agents() };
  }

  verify() {
    return this.looks.verify();
  }
}
