import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';

/** From so many tries on an account goes by a call of its own, which says what is wrong with it alone. */
const triesByFile = 3;
/** Nobody else takes what one process has at work, by a file or a call; extended while it lives. */
export const leaseMs = 30_000;

/** A child that a line of a guardian may name, made already or in the same files. */
export type FileChild = {
  readonly relativeAccountId: string;
  readonly accountId: string;
  readonly externalId: string;
  /** Another one by the time the guardian is written down (`EntChild.version`). */
  readonly version: string;
};

export type ClaimedFile = {
  readonly uai: string;
  readonly accountIds: readonly string[];
  /** Of them those of a file that was sent already. */
  readonly sentIds: ReadonlySet<string>;
};

/** Accounts that are to be made with their school's file: rows of `ent_task`, kept from the queue. */
@Injectable()
export class FileWork {
  constructor(private readonly database: Database) {}

  /**
   * Keeps the new accounts of schools with at least so many from the queue, as far as they are not there yet. Keeps
   * also the accounts of a sent file without an answer: they are compared with the ENT's list.
   */
  async reserve(least: number, exceptUais: readonly string[]): Promise<void> {
    await this.database.query({
      name: 'reserve-for-file',
      text: `with fit as (
          select t.account_id, a.uai, t.file_sent from ent_task t join account a using (account_id)
          where t.queued_at is null and t.gate = 'OPEN' and not t.by_file and t.not_before <= now() and t.attempts < $3
            and coalesce(t.file_until <= now(), true)
            and a.state = 'PROVISIONING' and a.ent_id is null and a.uai <> all($2::text[])
            and not exists (select from fed_school_today f where f.uai = a.uai)
          for update of t skip locked)
        update ent_task t set by_file = true from fit
        where t.account_id = fit.account_id and (fit.file_sent or fit.uai in (
          select uai from fit where not file_sent group by uai having count(*) >= $1))`,
      values: [least, exceptUais, triesByFile],
    });
  }

  /** To the queue. */
  async giveBack(): Promise<true> {
    await this.database.query('update ent_task set by_file = false where by_file');
    return true;
  }

  /**
   * The most of one school, pupils first, for a time of this process alone: what it does not come to is due again once its
   * lease ends, by a file or a call. Till then no call tells of them anything that the file would undo, or does not find
   * what it is about to make, whatever becomes of the account.
   */
  async claim(limit: number): Promise<ClaimedFile | undefined> {
    const { rows } = await this.database.query<{
      account_id: string;
      uai: string;
      file_sent: boolean;
    }>({
      name: 'claim-file',
      text: `with school as (
         select a.uai from ent_task t join account a using (account_id) where t.by_file and t.not_before <= now()
         group by a.uai order by count(*) desc, a.uai limit 1),
       mine as (
         select t.account_id, a.uai from ent_task t join account a using (account_id) join school using (uai)
         where t.by_file and t.not_before <= now() order by t.priority, t.account_id limit $1 for update of t skip locked)
       update ent_task t set by_file = false, file_until = now() + $2 * interval '1 millisecond'
       from mine where t.account_id = mine.account_id returning t.account_id, mine.uai, t.file_sent`,
      values: [limit, leaseMs],
    });
    const [first] = rows;
    return (
      first && {
        uai: first.uai,
        accountIds: rows.map(({ account_id }) => account_id),
        sentIds: new Set(rows.flatMap((row) => (row.file_sent ? [row.account_id] : []))),
      }
    );
  }

  async extend(accountIds: readonly string[]): Promise<void> {
    await this.database.query(
      `update ent_task set file_until = now() + $2 * interval '1 millisecond', tried_at = greatest(tried_at, now())
       where account_id in (select account_id from ent_task where account_id = any($1::uuid[]) and file_until > now()
         for update skip locked)`,
      [accountIds, leaseMs],
    );
  }

  /** Before the file is sent. `false`: the ENT refused the request before it read the file. */
  async markSent(accountIds: readonly string[], isSent: boolean): Promise<void> {
    await this.database.query(
      `update ent_task set file_sent = $2 where account_id in (
         select account_id from ent_task where account_id = any($1::uuid[]) order by account_id for update)`,
      [accountIds, isSent],
    );
  }

  /** By calls of their own, at once; asked about first, since a file may have made them (`attempts`). */
  async leaveToCalls(accountIds: readonly string[]): Promise<void> {
    if (accountIds.length === 0) return;
    await this.database.query(
      `update ent_task set by_file = false, file_sent = false, file_until = null, not_before = now(), attempts = greatest(attempts, $2)
       where account_id in (select account_id from ent_task where account_id = any($1::uuid[]) and queued_at is null
         order by account_id for update)`,
      [accountIds, triesByFile],
    );
  }

  /** The children of these relatives that the ENT has, or that are among these pupils. */
  async children(
    relativeIds: readonly string[],
    pupilIds: readonly string[],
  ): Promise<FileChild[]> {
    const { rows } = await this.database.query<FileChild>(
      `select r.account_id as "relativeAccountId", c.account_id as "accountId", c.xmin::text as version,
         coalesce(c.ent_external_id, c.account_id::text) as "externalId"
       from account r join person p using (person_id) join account c on c.person_id = any(p.child_ids) and c.profile = 'STUDENT'
       where r.account_id = any($1::uuid[]) and not c.ent_removed
         and (c.ent_id is not null or c.account_id = any($2::uuid[]))
       order by r.account_id, c.account_id`,
      [relativeIds, pupilIds],
    );
    return rows;
  }

  /** Classes of a school as the books have them: labels by the ENT's identifier. */
  async classes(uai: string): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.database.query<{ ent_id: string; label: string }>(
      'select ent_id, label from ent_class where uai = $1',
      [uai],
    );
    return new Map(rows.map(({ ent_id, label }) => [ent_id, label]));
  }
}
