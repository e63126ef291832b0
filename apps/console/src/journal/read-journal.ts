import { Injectable } from '@nestjs/common';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { afterFindings, CheckSeals, sayFinding } from '#libs/persistence';
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
    private readonly checkSeals: CheckSeals,
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

  /** Whether each look is still the one that was sealed. */
  async verify() {
    const { books, findings } = await this.checkSeals.execute('looks');
    return {
      lines: books.reduce((sum, { entries }) => sum + entries, 0),
      findings: findings.map(sayFinding),
      next: findings.length === 0 ? '' : afterFindings,
    };
  }
}
