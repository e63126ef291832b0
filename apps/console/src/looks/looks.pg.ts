import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, UnitOfWork } from '#libs/persistence';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import type { Visitor } from '../visitor.js';
import { brokenLinks, chainedText, chainOrigin, type ChainedLook } from './domain/look-chain.js';
import type { ChainVerification, Look, LookFilter, LookLine } from './look.js';

// Appends take turns: each line holds the hash of the one before.
const chainLock = 'select pg_advisory_xact_lock(7272, 1)';
const pageOfVerification = 1_000;

/** The journal of looks (SUP-2): written before the data leaves, never changed afterwards. */
@Injectable()
export class Looks {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly tables: ConsoleTables,
  ) {}

  record(visitor: Visitor, look: Look): Promise<void> {
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

  /** The newest first; one more than the limit where there are more. */
  async list(filter: LookFilter): Promise<LookLine[]> {
    const { rows } = await this.database.query<Omit<LookLine, 'recordedAt'> & { recordedAt: Date }>(
      `select l.id::text, l.recorded_at as "recordedAt", l.user_id as "userId", coalesce(a.name, '') as "userName",
         l.roles, l.action, l.reason, l.ticket, l.subjects
       from look l left join agent a using (user_id)
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
    return rows.map((row) => ({ ...row, recordedAt: row.recordedAt.toISOString() }));
  }

  async subjectsOf(id: string): Promise<readonly string[] | undefined> {
    const look = await this.tables.read.look.findUnique({
      where: { id: BigInt(id) },
      select: { subjects: true },
    });
    return look?.subjects;
  }

  async verify(): Promise<ChainVerification> {
    const broken: string[] = [];
    let lines = 0;
    let before = { id: 0n, hash: chainOrigin };
    for (;;) {
      const page = await this.tables.read.look.findMany({
        where: { id: { gt: before.id } },
        orderBy: { id: 'asc' },
        take: pageOfVerification,
      });
      const last = page.at(-1);
      if (!last) return { lines, broken };
      const chained = page.map(({ id, recordedAt, ...line }) => ({
        ...line,
        id: id.toString(),
        recordedAt: recordedAt.toISOString(),
      }));
      broken.push(...brokenLinks(chained, before, sha256));
      lines += page.length;
      before = last;
    }
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
