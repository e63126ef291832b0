import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, together, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import type { Visitor } from '../visitor.js';
import { brokenLinks, chainedText, chainOrigin, type HashedLook } from './domain/look-chain.js';
import type { AskedLook, ChainVerification, Look, LookFilter, LookLine } from './look.js';

// Looks of one agent take turns, since each line holds the hash of the one before; those of others do not wait.
const turnOfAgent = 'select pg_advisory_xact_lock(7272, hashtext($1))';
const endOfChain = `
  select date_trunc('milliseconds', at) as "recordedAt", day::text as "chainDay",
         coalesce(chain_position, 0) + 1 as "chainPosition", coalesce(hash, $2) as "previousHash"
    from (select at, (at at time zone 'Europe/Paris')::date as day from clock_timestamp() as at) as now
    left join lateral (select chain_position, hash from look where user_id = $1 and chain_day = now.day
                        order by chain_position desc limit 1) as last on true`;
const pageOfVerification = 1_000;
/** Of a look; a text that cannot be searched by is a mistake, no look. */
const refusals = ['LOOK_REASON_REQUIRED', 'PERSON_NOT_FOUND', 'NOT_ALLOWED'];

/** The journal of looks (SUP-2): written before the data leaves, never changed afterwards. */
@Injectable()
export class Looks {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly tables: ConsoleTables,
  ) {}

  record(visitor: Visitor, look: Look): Promise<void> {
    return this.append(visitor, { ...look, refusal: null });
  }

  /**
   * Shows what was asked for. A refusal is journalled before it is told: why it was asked, and `subject`, the person
   * that the asked id is of, where there is one; never the text that was typed.
   */
  async keepingRefusal<Shown>(
    visitor: Visitor,
    asked: AskedLook,
    show: () => Promise<Shown>,
  ): Promise<Shown> {
    try {
      return await show();
    } catch (error) {
      if (error instanceof DomainError && refusals.includes(error.code)) {
        const subject = await asked.subject?.();
        await this.append(visitor, {
          action: asked.action,
          reason: asked.reason,
          ticket: asked.ticket,
          subjects: subject === undefined ? [] : [subject],
          refusal: error.code,
        });
      }
      throw error;
    }
  }

  private append(visitor: Visitor, look: LookToWrite): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      const [, { rows }] = await together(
        tx.query(turnOfAgent, [visitor.userId]),
        tx.query<EndOfChain>(endOfChain, [visitor.userId, chainOrigin]),
      );
      const { recordedAt, ...end } = rows[0]!;
      const line = {
        ...end,
        recordedAt: recordedAt.toISOString(),
        userId: visitor.userId,
        roles: visitor.roles,
        action: look.action,
        reason: look.reason ?? null,
        ticket: look.ticket ?? null,
        refusal: look.refusal,
        subjects: look.subjects,
      };
      await tx.query(
        `insert into look (recorded_at, user_id, roles, action, reason, ticket, refusal, subjects,
           chain_day, chain_position, previous_hash, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          line.recordedAt,
          line.userId,
          line.roles,
          line.action,
          line.reason,
          line.ticket,
          line.refusal,
          line.subjects,
          line.chainDay,
          line.chainPosition,
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
         l.roles, l.action, l.reason, l.ticket, l.refusal, l.subjects
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

  /** Every chain of every agent and day, from its first line. */
  async verify(): Promise<ChainVerification> {
    const broken: string[] = [];
    let lines = 0;
    let before: HashedLook | undefined;
    for (;;) {
      const page = await this.chainedAfter(before);
      if (page.length === 0) return { lines, broken };
      broken.push(...brokenLinks(page, before, sha256));
      lines += page.length;
      before = page.at(-1);
    }
  }

  private async chainedAfter(before: HashedLook | undefined): Promise<HashedLook[]> {
    const { rows } = await this.database.query<Row>(
      `select id::text, recorded_at as "recordedAt", user_id as "userId", roles, action, reason, ticket, refusal, subjects,
              chain_day::text as "chainDay", chain_position as "chainPosition",
              previous_hash as "previousHash", hash
         from look where (user_id, chain_day, chain_position) > ($1, $2::date, $3)
        order by user_id, chain_day, chain_position limit $4`,
      [
        before?.userId ?? '',
        before?.chainDay ?? '-infinity',
        before?.chainPosition ?? 0,
        pageOfVerification,
      ],
    );
    return rows.map((row) => ({ ...row, recordedAt: row.recordedAt.toISOString() }));
  }
}

type LookToWrite = Pick<Look, 'action' | 'subjects'> &
  Pick<AskedLook, 'reason' | 'ticket'> & { readonly refusal: string | null };
type EndOfChain = Pick<HashedLook, 'chainDay' | 'chainPosition' | 'previousHash'> & {
  recordedAt: Date;
};
type Row = Omit<HashedLook, 'recordedAt'> & { recordedAt: Date };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
