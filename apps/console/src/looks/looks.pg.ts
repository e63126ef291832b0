import { Inject, Injectable } from '@nestjs/common';
import { commitBehind, Database, together, type Transaction, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import type { Visitor } from '../visitor.js';
import {
  type AskedLook,
  type LdapLook,
  type Look,
  type LookFilter,
  type LookLine,
  type LookQuota,
  mostPerDay,
} from './look.js';
import { LookDayQuotaReached, LookQuotaReached } from './look-quota-reached.js';
import { quotasReached } from './look-metrics.js';
import { rolesOf } from '#libs/identity';

export const lookQuota = Symbol('look quota');

// Looks of one agent take turns, so that they stand in the order of their times and each counts the ones before; those
// of others do not wait.
const turnOfAgent = {
  name: 'turn of agent',
  text: 'select pg_advisory_xact_lock(7272, hashtext($1))',
};
/** Of a look; a text that cannot be searched by is a mistake, no look. */
const refusals = [
  'LOOK_REASON_REQUIRED',
  'PERSON_NOT_FOUND',
  'SCHOOL_NOT_FOUND',
  'NOT_ALLOWED',
  'SEARCH_BY_MASKED_FIELD',
  'LOOK_QUOTA_REACHED',
  'LOOK_DAY_QUOTA_REACHED',
];
/**
 * Writes a look as far as the quota allows, and the alarm where it is passed: people seen in the last hour without and
 * with those of this one, and when the first of them leaves that hour. In the turn of the agent, which an earlier
 * statement took, so that it sees the looks before. People of the day are counted once each only where all the looks of
 * the day together name more than the bound: on most days the sum decides.
 */
const appendWithinQuota = {
  name: 'look within quota',
  text: `
  with clock as materialized (
      select clock_timestamp() - interval '1 hour' as hour,
        date_trunc('day', clock_timestamp(), 'Europe/Paris') as day),
    looked as materialized (
      select recorded_at, subjects from look where user_id = $1 and refusal is null and reason <> 'OWN_SCHOOL'
         and recorded_at >= (select least(hour, day) from clock)),
    shown as (select * from looked where recorded_at > (select hour from clock)),
    today as (select subjects from looked where recorded_at >= (select day from clock)),
    seen as (select unnest(subjects) as id from shown),
    of_day as materialized (
      select case when (select coalesce(sum(cardinality(subjects)), 0) from today) + cardinality($6::text[]) <= $9 then false
        else (select count(*) from (select unnest(subjects) from today union select unnest($6::text[])) p) > $9 end as reached),
    people as materialized (
      select (select count(distinct id) from seen)::int as before,
        (select count(*) from (select id from seen union select unnest($6::text[])) p)::int as after,
        (select ceil(extract(epoch from min(recorded_at) + interval '1 hour' - clock_timestamp())) from shown)::int as room_in),
    written as (
      insert into look (user_id, roles, action, reason, ticket, refusal, subjects)
      select $1, $2::text[], l.action, $4, $5, null, l.subjects
      from people, of_day, (values (1, $3, $6::text[]), (2, 'ALARM', '{}')) as l (n, action, subjects)
      where after <= $8 and not reached and (l.n = 1 or (before < $7 and after >= $7)) order by l.n)
  select after > $8 as "isReached", room_in as "roomIn", reached as "isDayReached",
    ceil(extract(epoch from date_trunc('day', day + interval '30 hours', 'Europe/Paris') - clock_timestamp()))::int as "tomorrowIn"
    from people, of_day, clock`,
};
const insertLook = {
  name: 'look',
  text: `insert into look (user_id, roles, action, reason, ticket, refusal, subjects) values ($1, $2, $3, $4, $5, $6, $7)`,
};

/** The journal of looks (SUP-2): written before the data leaves, never changed afterwards; a book that is sealed. */
@Injectable()
export class Looks {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly tables: ConsoleTables,
    @Inject(lookQuota) private readonly quota: LookQuota,
  ) {}

  /** Throws LookQuotaReached; then nothing may be shown. */
  record(visitor: Visitor, look: Look): Promise<void> {
    return this.append(visitor, { ...look, refusal: null });
  }

  /**
   * Likewise, with what is read in a transaction, so that it costs no journey of its own: sent behind it, and whoever
   * reads commits. Throws LookQuotaReached once all is answered; then nothing was written.
   */
  async recordBeside(tx: Transaction, visitor: Visitor, look: Look): Promise<void> {
    await together(...this.send(tx, visitor, { ...look, refusal: null }));
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

  /** All that is held of a person was asked for, through the directory: by whom, as what, for which case. */
  async recordExport(look: { userId: string; role: string; personId: string; ticket?: string }) {
    const { userId, role, personId, ticket = null } = look;
    await this.database.query(
      `insert into look (user_id, roles, action, reason, ticket, refusal, subjects)
       values ($1, array[$2], 'EXPORT', 'CHECK', $3, null, array[$4])`,
      [userId, role, ticket, personId],
    );
  }

  private async append(visitor: Visitor, look: LookToWrite): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const sent = this.send(tx, visitor, look);
      commitBehind(tx);
      await together(...sent);
    });
  }

  /** In the turn of the agent. */
  private send(tx: Transaction, { userId, grants }: Visitor, look: LookToWrite) {
    const { action, reason = null, ticket = null, refusal, subjects } = look;
    const said = [userId, rolesOf({ grants }), action, reason, ticket];
    const turn = tx.query(turnOfAgent, [userId]);
    if (refusal !== null || reason === 'OWN_SCHOOL')
      return [turn, tx.query(insertLook, [...said, refusal, subjects])];
    const { alarmFrom, most, perDay } = this.quota;
    const bounds = [alarmFrom, most, mostPerDay(perDay, rolesOf({ grants }))];
    const written = tx.row<Counted>(appendWithinQuota, [...said, subjects, ...bounds]);
    return [turn, written.then(refuseBeyond)];
  }

  /**
   * A page of staff, before it leaves over LDAP. No quota: a member reads all its staff each night, and how often it may
   * ask is bounded where it asks.
   */
  async recordLdap({ membershipId, question, subjects }: LdapLook): Promise<void> {
    const account = `ldap:${membershipId}`;
    await this.unitOfWork.run((tx) =>
      together(
        tx.query(turnOfAgent, [account]),
        tx.query(
          `insert into look (user_id, roles, action, reason, subjects, question)
           values ($1, '{}', 'LDAP', 'CONTROLLER_DECISION', $2, $3)`,
          [account, subjects, question],
        ),
      ),
    );
  }

  /** The newest first; one more than the limit where there are more. */
  async list(filter: LookFilter): Promise<LookLine[]> {
    const { rows } = await this.database.query<Omit<LookLine, 'recordedAt'> & { recordedAt: Date }>(
      `select l.id::text, l.recorded_at as "recordedAt", l.user_id as "userId", coalesce(a.name, m.organisation_name, '') as "userName",
         l.roles, l.action, l.reason, l.ticket, l.refusal, l.subjects, l.question
       from look l left join agent a using (user_id) left join membership m on l.user_id = 'ldap:' || m.membership_id
       where ($1::text[] is null or l.user_id = any($1))
         and ($2::text[] is null or l.subjects && $2)
         and ($3::date is null or l.recorded_at >= $3::date::timestamp at time zone 'Europe/Paris')
         and ($4::date is null or l.recorded_at < $4::date::timestamp at time zone 'Europe/Paris')
         and ($5::bigint is null or l.id < $5)
         and (not $7 or l.action = 'ALARM' or l.refusal in ('LOOK_QUOTA_REACHED', 'LOOK_DAY_QUOTA_REACHED'))
       order by l.id desc limit $6`,
      [
        filter.userIds ?? null,
        filter.personIds ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.beforeId ?? null,
        filter.limit + 1,
        filter.alarms ?? false,
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

const hourSeconds = 3_600;

function refuseBeyond(counted: Counted | undefined): void {
  if (counted?.isDayReached) {
    quotasReached.inc({ period: 'day' });
    throw new LookDayQuotaReached(counted.tomorrowIn);
  }
  if (!counted?.isReached) return;
  quotasReached.inc({ period: 'hour' });
  throw new LookQuotaReached(counted.roomIn ?? hourSeconds);
}

type Counted = {
  isReached: boolean;
  roomIn: number | null;
  isDayReached: boolean;
  tomorrowIn: number;
};
type LookToWrite = Pick<Look, 'action' | 'subjects'> &
  Pick<AskedLook, 'reason' | 'ticket'> & { readonly refusal: string | null };
