import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, UnitOfWork } from '#libs/persistence';
import type { Look } from '../journal-of-looks.js';
import type { Visitor } from '../visitor.js';
import { brokenLinks, chainedText, chainOrigin, type ChainedLook } from './domain/look-chain.js';
import { Looks, type LookFilter, type LookLine } from './looks.repository.js';

// Appends take turns: each line holds the hash of the one before.
const chainLock = 'select pg_advisory_xact_lock(7272, 1)';
const pageOfVerification = 1_000;

@Injectable()
export class PgLooks extends Looks {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
  ) {
    super();
  }

  append(visitor: Visitor, look: Look): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      await tx.query(chainLock);
      const { rows } = await tx.query<{ id: bigint; hash: string }>(
        'select id, hash from look order by id desc limit 1',
      );
      const line: ChainedLook = {
        id: ((rows[0]?.id ?? 0n) + 1n).toString(),
        recordedAt: new Date().toISOString(),
        userId: visitor.userId,
        roles: visitor.roles,
        action: look.action,
        reason: look.reason,
        ticket: look.ticket ?? null,
        subjects: look.subjects,
        previousHash: rows[0]?.hash ?? chainOrigin,
      };
      await tx.query(
        `insert into look (id, recorded_at, user_id, roles, action, reason, ticket, subjects, previous_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          line.id,
          line.recordedAt,
          line.userId,
          line.roles,
          line.action,
          line.reason,
          line.ticket,
          line.subjects,
          line.previousHash,
          sha256(chainedText(line)),
        ],
      );
    });
  }

  async list(filter: LookFilter): Promise<LookLine[]> {
    const { rows } = await this.database.query<Row>(
      `select l.*, coalesce(a.name, '') as user_name from look l left join agent a using (user_id)
       where ($1::text is null or l.user_id = $1)
         and ($2::text is null or l.subjects @> array[$2])
         and ($3::date is null or l.recorded_at >= $3::date::timestamp at time zone 'Europe/Paris')
         and ($4::date is null or l.recorded_at < $4::date::timestamp at time zone 'Europe/Paris')
         and ($5::bigint is null or l.id < $5)
       order by l.id desc limit $6`,
      [
        filter.userId ?? null,
        filter.personId ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.beforeId ?? null,
        filter.limit + 1,
      ],
    );
    return rows.map((row) => ({ ...fromRow(row), userName: row.user_name }));
  }

  async find(id: string) {
    const { rows } = await this.database.query<Pick<Row, 'subjects'>>(
      'select subjects from look where id = $1',
      [id],
    );
    return rows[0];
  }

  async verify(): Promise<{ lines: number; broken: string[] }> {
    const broken: string[] = [];
    let lines = 0;
    let before = { id: 0n, hash: chainOrigin };
    for (;;) {
      const { rows } = await this.database.query<Row>(
        'select * from look where id > $1 order by id limit $2',
        [before.id, pageOfVerification],
      );
      const last = rows.at(-1);
      if (!last) return { lines, broken };
      const page = rows.map((row) => ({
        ...fromRow(row),
        previousHash: row.previous_hash,
        hash: row.hash,
      }));
      broken.push(...brokenLinks(page, before, sha256));
      lines += rows.length;
      before = { id: last.id, hash: last.hash };
    }
  }
}

type Row = {
  id: bigint;
  recorded_at: Date;
  user_id: string;
  user_name: string;
  roles: string[];
  action: string;
  reason: string;
  ticket: string | null;
  subjects: string[];
  previous_hash: string;
  hash: string;
};

function fromRow(row: Row) {
  return {
    id: row.id.toString(),
    recordedAt: row.recorded_at.toISOString(),
    userId: row.user_id,
    roles: row.roles,
    action: row.action,
    reason: row.reason,
    ticket: row.ticket,
    subjects: row.subjects,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
