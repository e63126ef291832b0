import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { Draft } from '../domain/draft.js';
import { draftColumns, type DraftRow, fromRow } from './drafts.pg-repository.js';
import { DraftReader, type ListedDraft } from './drafts.reader.js';

@Injectable()
export class PgDraftReader extends DraftReader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(membershipId: string, draftId: string): Promise<Draft | undefined> {
    const { rows } = await this.database.query<DraftRow>(
      `select ${draftColumns} from order_draft where id = $1 and membership_id = $2`,
      [draftId, membershipId],
    );
    return rows[0] && fromRow(rows[0]);
  }

  async list(page: {
    membershipId: string;
    status?: Draft['status'];
    before?: number;
    limit: number;
  }): Promise<ListedDraft[]> {
    const { rows } = await this.database.query<DraftRow>(
      `select ${draftColumns} from order_draft
        where membership_id = $1 and ($2::text is null or status = $2) and ($3::bigint is null or position < $3)
        order by position desc limit $4`,
      [page.membershipId, page.status ?? null, page.before ?? null, page.limit],
    );
    return rows.map((row) => ({ draft: fromRow(row), position: Number(row.position) }));
  }
}
