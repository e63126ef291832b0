import { Injectable } from '@nestjs/common';
import { Database, together, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import type { Visitor } from '../visitor.js';
import type { AskedLook, Look, LookFilter, LookLine } from './look.js';

// Looks of one agent take turns, so that they stand in the order of their times; those of others do not wait.
const turnOfAgent = 'select pg_advisory_xact_lock(7272, hashtext($1))';
/** Of a look; a text that cannot be searched by is a mistake, no look. */
const refusals = ['LOOK_REASON_REQUIRED', 'PERSON_NOT_FOUND', 'NOT_ALLOWED'];

/** The journal of looks (SUP-2): written before the data leaves, never changed afterwards; a book that is sealed. */
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

  private append({ userId, roles }: Visitor, look: LookToWrite): Promise<void> {
    const { action, reason = null, ticket = null, refusal, subjects } = look;
    return this.unitOfWork.run(async (tx) => {
      await together(
        tx.query(turnOfAgent, [userId]),
        tx.query(
          `insert into look (user_id, roles, action, reason, ticket, refusal, subjects)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [userId, roles, action, reason, ticket, refusal, subjects],
        ),
      );
    });
  }

  /** The newest first; one more than the limit where there are more. */
  async list(filter: LookFilter): Promise<LookLine[]> {
    const { rows } = await this.database.query<Omit<LookLine, 'recordedAt'> & { recordedAt: Date }>(
      `select l.id::text, l.recorded_at as "recordedAt", l.user_id as "userId", coalesce(a.name, '') as "userName",
         l.roles, l.action, l.reason, l.ticket, l.refusal, l.subjects
       from look l left join agent a using (user_id)
       where ($1::text[] is null or l.user_id = any($1))
         and ($2::text[] is null or l.subjects && $2)
         and ($3::date is null or l.recorded_at >= $3::date::timestamp at time zone 'Europe/Paris')
         and ($4::date is null or l.recorded_at < $4::date::timestamp at time zone 'Europe/Paris')
         and ($5::bigint is null or l.id < $5)
       order by l.id desc limit $6`,
      [
        filter.userIds ?? null,
        filter.personIds ?? null,
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
}

type LookToWrite = Pick<Look, 'action' | 'subjects'> &
  Pick<AskedLook, 'reason' | 'ticket'> & { readonly refusal: string | null };
