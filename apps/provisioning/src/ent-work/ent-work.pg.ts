import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { Database, UnitOfWork, type Transaction } from '#libs/persistence';
import { Accounts, step, type Stepped, unchanged } from '../accounts/accounts.module.js';
import { type EntOutcome, type EntTask, persists } from './ent-task.js';

type TaskRow = Omit<EntTask, 'unlinkedChildren' | 'formerChildren'> & {
  readonly links: readonly { accountId: string; entId: string; change: 'LINK' | 'UNLINK' }[];
};

/** After a refusal, unless a day begins or the account changes before: then it is tried at once. */
const refusedWaitMs = 6 * 3_600_000;

/** What is to be done in the ENT: PostgreSQL's rows, taken and settled in small batches. */
@Injectable()
export class EntWork {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly accounts: Accounts,
  ) {}

  /** Ids of rows that are due, marked as queued. */
  async due(limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ account_id: string }>(
      `update ent_task set queued_at = now() where account_id in (
         select account_id from ent_task where queued_at is null and not_before <= now()
         order by priority, not_before limit $1 for update skip locked)
       returning account_id, priority`,
      [limit],
    );
    return rows.map(({ account_id }) => account_id);
  }

  /** The queue forgot what it was given: it is given again, unless another process gives it just now. */
  async requeueAll(queuedForMs = 0): Promise<number> {
    const { rowCount } = await this.database.query(
      "update ent_task set queued_at = null where queued_at <= now() - $1 * interval '1 millisecond'",
      [queuedForMs],
    );
    return rowCount ?? 0;
  }

  /** Takes the work of accounts. Written before any call is made, so that a crash is remembered. */
  async take(accountIds: readonly string[]): Promise<EntTask[]> {
    const { rows } = await this.database.query<TaskRow>(
      `with taken as (
         update ent_task t set attempts = attempts + 1, tried_places = case
             when a.ent_id is not null or a.uai || '|' || a.class_label = any(tried_places) then tried_places
             else tried_places || (a.uai || '|' || a.class_label) end
         from account a where a.account_id = t.account_id and t.account_id = any($1::uuid[])
         returning t.account_id, attempts, faults, tried_places)
       select a.account_id as "accountId", a.state, a.profile, a.uai, a.class_label as "classLabel",
         a.class_level as "classLevel", a.ent_id as "entId", a.ent_blocked as "isBlocked",
         coalesce(a.ent_external_id, a.account_id::text) as "externalId",
         case when w.way = 'ACADEMIC_SSO' then coalesce(p.academic_mail, '') else '' end as "academicMail",
         case when a.ent_id is null then (select jsonb_build_object('entId', o.ent_id, 'isRemoved', o.ent_removed)
           from account o where o.person_id = a.person_id and o.profile = a.profile and o.state = 'DELETED' and o.ent_id is not null
           order by o.since desc, o.account_id limit 1) end as former,
         a.ent_class_id as "entClassId", a.ent_place as "entPlace", t.attempts, t.faults,
         coalesce(p.first_name, '') as "firstName", coalesce(p.last_name, '') as "lastName",
         coalesce(p.birth_date, '') as "birthDate", coalesce(s.name, a.uai) as "schoolName",
         ent_identity(a.account_id, p.first_name, p.last_name, p.birth_date) as identity, a.ent_identity as "toldIdentity",
         case when not ent_is_kept_in(a, split_part(a.ent_place, '|', 1)) then eo.ent_id end as "leftStructureId",
         case when a.profile = 'STUDENT' and a.ent_place <> a.uai || '|' || a.class_label then
           (select coalesce(jsonb_agg(jsonb_build_object('entId', r.ent_id,
              'staysInClass', r.ent_class_id is not distinct from a.ent_class_id or exists (
                select from ent_link o join account c on c.account_id = o.student_account_id
                where o.relative_account_id = r.account_id and o.linked and c.account_id <> a.account_id
                  and c.ent_class_id = a.ent_class_id),
              'staysInSchool', split_part(r.ent_place, '|', 1) = split_part(a.ent_place, '|', 1)
                or ent_is_kept_in(r, split_part(a.ent_place, '|', 1)))), '[]')
            from ent_link l join account r on r.account_id = l.relative_account_id
            where l.student_account_id = a.account_id and l.linked and r.ent_id is not null and not r.ent_removed)
           else '[]' end as followers,
         (select coalesce(jsonb_agg(jsonb_build_object('uai', s.uai, 'structureId', s.ent_id)), '[]') from ent_structure s
          where t.attempts > 1 and s.uai <> a.uai and s.uai in (select split_part(place, '|', 1) from unnest(t.tried_places) as place))
           as "triedSchools",
         (select coalesce(jsonb_agg(c.ent_id), '[]') from ent_class c
          where t.attempts > 1 and c.uai || '|' || c.label = any(t.tried_places)) as "triedClassIds",
         es.ent_id as "structureId", ec.ent_id as "classId",
         case when a.profile = 'RELATIVE' and a.ent_id is null then
           (select coalesce(jsonb_agg(jsonb_build_object('accountId', c.account_id, 'entId', c.ent_id)), '[]')
            from account c where c.person_id = any(p.child_ids) and c.profile = 'STUDENT'
              and c.ent_id is not null and not c.ent_removed)
           else '[]' end as children,
         case when a.profile = 'RELATIVE' and a.ent_id is not null then
           (select coalesce(jsonb_agg(jsonb_build_object(
              'accountId', c.account_id, 'entId', c.ent_id, 'change', ent_link_change(l))), '[]')
            from ent_link l join account c on c.account_id = l.student_account_id
            where l.relative_account_id = a.account_id and ent_link_change(l) is not null)
           else '[]' end as links
       from taken t join account a using (account_id)
       left join person p using (person_id) left join school s using (uai)
       left join membership m using (membership_id) left join market_way_in w on w.market_code = m.market_code and w.profile = a.profile
       left join ent_structure eo on eo.uai = split_part(a.ent_place, '|', 1)
       left join ent_structure es on es.uai = a.uai left join ent_class ec on ec.uai = a.uai and ec.label = a.class_label`,
      [accountIds],
    );
    return rows.map(({ links, ...task }) => ({
      ...task,
      unlinkedChildren: links.filter(({ change }) => change === 'LINK'),
      formerChildren: links.filter(({ change }) => change === 'UNLINK'),
    }));
  }

  /** Records what was learnt, takes the transitions that follow, and settles the rows. */
  async record(outcomes: readonly EntOutcome[]): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const accounts = await this.accounts.byIds(
        tx,
        outcomes.map(({ accountId }) => accountId),
      );
      await this.recordEnt(tx, outcomes);
      const stepped: Stepped[] = [];
      for (const { accountId, isConfirmed, failureCode } of outcomes) {
        const account = accounts.get(accountId);
        // Gone to CLOSING or WAITING_SEAT meanwhile: recorded above, and undone by the next round.
        if (account?.state !== 'PROVISIONING') continue;
        const reason = { on: today, cause: 'ENT' as const };
        if (isConfirmed) stepped.push(step(unchanged(account), 'PROVISIONED', reason));
        else if (failureCode !== undefined) {
          stepped.push(step(unchanged(account), 'FAILED', { ...reason, failureCode }));
        }
      }
      await this.accounts.save(tx, stepped);
      const created = outcomes.filter(({ entId }) => entId !== undefined);
      await this.accounts.linkFamilies(
        tx,
        created.flatMap(({ accountId }) => accounts.get(accountId) ?? []),
      );
      await this.settle(tx, outcomes);
    });
  }

  private async recordEnt(tx: Transaction, outcomes: readonly EntOutcome[]): Promise<void> {
    const takenOver = outcomes.filter((each) => each.takenOverAs !== undefined);
    if (takenOver.length > 0) {
      await tx.query(
        `update account set ent_id = null where state = 'DELETED' and ent_id = any($1)`,
        [takenOver.map(({ entId }) => entId)],
      );
    }
    await tx.query(
      `update account a set ent_id = coalesce(x.ent_id, a.ent_id), login = case when x.removed then null else coalesce(x.login, a.login) end,
         ent_class_id = coalesce(x.class_id, a.ent_class_id), ent_place = coalesce(x.place, a.ent_place),
         ent_identity = coalesce(x.identity, a.ent_identity), ent_mail = coalesce(ent_mail(a.account_id, x.mail), a.ent_mail),
         ent_external_id = case when x.taken_over_as is null or exists (select from account o
             where o.ent_external_id = x.taken_over_as and o.account_id <> a.account_id and o.state <> 'DELETED')
           then a.ent_external_id else nullif(x.taken_over_as, a.account_id::text) end,
         ent_blocked = coalesce(x.blocked, a.ent_blocked), ent_removed = a.ent_removed or coalesce(x.removed, false)
       from jsonb_to_recordset($1) as x(account_id uuid, ent_id text, login text, class_id text, place text,
         identity text, mail text, taken_over_as text, blocked boolean, removed boolean)
       where a.account_id = x.account_id`,
      [
        JSON.stringify(
          outcomes.map((each) => ({
            account_id: each.accountId,
            ent_id: each.entId,
            login: each.login,
            class_id: each.classId,
            place: each.place,
            identity: each.identity,
            mail: each.academicMail,
            taken_over_as: each.takenOverAs,
            blocked: each.isBlocked,
            removed: each.isRemoved,
          })),
        ),
      ],
    );
    await this.recordLinks(tx, outcomes);
  }

  /** A link taken back is forgotten, unless it is wanted again by now. */
  private async recordLinks(tx: Transaction, outcomes: readonly EntOutcome[]): Promise<void> {
    const links = outcomes.flatMap(({ accountId, linkedChildIds = [], unlinkedChildIds = [] }) => [
      ...linkedChildIds.map((childId) => ({ accountId, childId, linked: true })),
      ...unlinkedChildIds.map((childId) => ({ accountId, childId, linked: false })),
    ]);
    if (links.length === 0) return;
    await tx.query(
      `insert into ent_link (relative_account_id, student_account_id, linked)
       select * from unnest($1::uuid[], $2::uuid[], $3::boolean[])
       on conflict (relative_account_id, student_account_id) do update set linked = excluded.linked`,
      [
        links.map(({ accountId }) => accountId),
        links.map(({ childId }) => childId),
        links.map(({ linked }) => linked),
      ],
    );
    await tx.query(
      `delete from ent_link l where relative_account_id = any($1::uuid[]) and not linked
         and ent_link_change(l) is null`,
      [links.filter(({ linked }) => !linked).map(({ accountId }) => accountId)],
    );
  }

  /**
   * What is done goes. What the ENT refuses stays with its code, so that no block or deletion is
   * forgotten (SUP-4); so does a creation given up without an answer, which may have been done.
   */
  private async settle(tx: Transaction, outcomes: readonly EntOutcome[]): Promise<void> {
    const absent = outcomes.filter(({ isAbsent }) => isAbsent).map(({ accountId }) => accountId);
    const unanswered = outcomes
      .filter(({ failureCode }) => failureCode?.endsWith(persists))
      .map(({ accountId }) => accountId);
    await tx.query(
      `delete from ent_task t using account a where a.account_id = t.account_id and t.account_id = any($1::uuid[])
         and ((not ent_is_behind(a, true) and not (a.state = 'FAILED' and t.account_id = any($3::uuid[])))
           or (t.account_id = any($2::uuid[]) and a.state <> 'PROVISIONING'))`,
      [outcomes.map(({ accountId }) => accountId), absent, unanswered],
    );
    if (absent.length > 0) {
      // Nothing is to be found by it any more; whoever is deleted keeps none (SUP-4).
      await tx.query(
        `update account set ent_external_id = null
         where account_id = any($1::uuid[]) and state = 'DELETED' and ent_external_id is not null`,
        [absent],
      );
    }
    const rows = outcomes.map(
      ({ accountId, retryInMs, isOwnFault, failureCode = '', connectorFault }) => ({
        account_id: accountId,
        wait_ms: retryInMs ?? (failureCode === '' ? 0 : refusedWaitMs),
        retry: retryInMs !== undefined,
        own_fault: isOwnFault === true,
        refused_code: connectorFault ?? failureCode,
      }),
    );
    await tx.query(
      `update ent_task t set queued_at = null, not_before = now() + x.wait_ms * interval '1 millisecond',
         faults = case when x.own_fault then t.faults + 1 when x.retry then t.faults else 0 end,
         refused_code = x.refused_code
       from jsonb_to_recordset($1) as x(account_id uuid, wait_ms double precision, retry boolean,
         own_fault boolean, refused_code text)
       where t.account_id = x.account_id`,
      [JSON.stringify(rows)],
    );
  }
}
