import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import {
  commitBehind,
  Database,
  leaveInFlight,
  together,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import {
  Accounts,
  askEnt,
  isBehind,
  oneMore,
  step,
  type Stepped,
  unchanged,
} from '../accounts/accounts.module.js';
import { takeTurns } from '../copies/copies.module.js';
import { dueWork } from './due-work.pg.js';
import {
  creationUnheard,
  type EntOutcome,
  type EntTask,
  identifierTaken,
  persists,
} from './ent-task.js';
import { recordEnt, uncertainGuardians } from './recorded-outcomes.pg.js';
import { takeWork } from './taken-work.pg.js';

/** After a refusal, unless a day begins or the account changes before: then it is tried at once. */
const refusedWaitMs = 6 * 3_600_000;
/**
 * So long after it was last tried somebody may still be made without our hearing: an import lasts 10 minutes at most, and
 * what waits for it there is done right after (§3.1, §6 of the ENT's reference). Who left meanwhile is looked for till then.
 */
const madeLateMs = 15 * 60_000;

/**
 * Of a few accounts at a time: left to choose, PostgreSQL plans the named statements anew for most batches, since it guesses
 * more accounts where it does not see them, and a plan costs more than the answer.
 */
const plannedOnce = {
  name: 'planned-once',
  text: 'set local plan_cache_mode = force_generic_plan',
};

/** What is to be done in the ENT: PostgreSQL's rows, taken and settled in small batches. */
@Injectable()
export class EntWork {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly accounts: Accounts,
  ) {}

  /** Ids of rows that are due but for deletions, marked as queued. */
  due(limit: number): Promise<string[]> {
    return dueWork(this.database, limit);
  }

  /** Those of deletions, so many at most (`DeletionPace`); those that the law makes due wait for no pace (SUP-4). */
  async deletionsDue(limit: number): Promise<string[]> {
    if (limit < 1) return [];
    const { rows } = await this.database.query<{ account_id: string }>(
      `update ent_task set queued_at = now() where account_id in (
         select account_id from ent_task where queued_at is null and gate = 'OPEN' and kind = 'DELETE'
           and not by_file and not_before <= now() and coalesce(file_until <= now(), true)
         order by not_before limit $1 for update skip locked)
       returning account_id`,
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

  /**
   * Takes the work of accounts. Written before any call is made, so that a crash is remembered. What changed since it was
   * queued and needs a call that no plan has let through is gathered instead (PRV-8).
   */
  async take(accountIds: readonly string[], { isByFile = false } = {}): Promise<EntTask[]> {
    const tasks = await this.unitOfWork.run(async (tx) => {
      await leaveInFlight(tx, plannedOnce);
      const taken = takeWork(tx, accountIds, { isByFile });
      commitBehind(tx);
      return taken;
    });
    if (tasks.length === accountIds.length) return tasks;
    const taken = new Set(tasks.map(({ accountId }) => accountId));
    await askEnt(
      this.database,
      accountIds.filter((accountId) => !taken.has(accountId)),
    );
    return tasks;
  }

  /** Records what was learnt, takes the transitions that follow, and settles the rows. */
  async record(learnt: readonly EntOutcome[]): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await leaveInFlight(tx, plannedOnce);
      const accountIds = learnt.map(({ accountId }) => accountId);
      const [today, accounts, { outcomes, own }] = await together(
        this.businessDate.today(tx),
        this.accounts.byIds(tx, accountIds),
        this.believed(tx, learnt),
      );
      const stepped: Stepped[] = [];
      for (const { accountId, isConfirmed, failureCode } of outcomes) {
        const account = accounts.get(accountId);
        const reason = { on: today, cause: 'ENT' as const };
        // What was given up is there after all: the identifier was free again.
        if (isConfirmed && account?.state === 'FAILED') {
          const again = step(unchanged(account), 'PROVISIONING', reason);
          stepped.push(step(again, 'PROVISIONED', reason));
          continue;
        }
        // Gone to CLOSING or WAITING_SEAT meanwhile: recorded above, and undone by the next round.
        if (account?.state !== 'PROVISIONING') continue;
        if (isConfirmed) stepped.push(step(unchanged(account), 'PROVISIONED', reason));
        else if (failureCode !== undefined) {
          stepped.push(step(unchanged(account), 'FAILED', { ...reason, failureCode }));
        }
      }
      await together(recordEnt(tx, outcomes), this.accounts.write(tx, stepped));
      // Created, gone, or elsewhere: guardians follow.
      const touched = outcomes.filter(
        ({ entId, isRemoved, joined, left }) => entId !== undefined || isRemoved || joined || left,
      );
      await this.accounts.linkFamilies(
        tx,
        touched.flatMap(({ accountId }) => accounts.get(accountId) ?? []),
      );
      // Whether a guardian is behind depends on its children, whom another may be writing down: it is asked after that.
      if ([...accounts.values()].some(({ profile }) => profile === 'RELATIVE'))
        await takeTurns(tx, 'families');
      const mine = new Set(own.map(({ accountId }) => accountId));
      await this.settle(tx, own, [
        ...stepped.map(({ account }) => account.accountId),
        ...accountIds.filter((accountId) => !mine.has(accountId)),
      ]);
    });
  }

  /**
   * What is told of work that somebody has taken again since, or settled, is older than what that one learns: of a user that
   * the books know by then its block is not believed, and settling is the other's (`own`: of whom it is ours). Nor is a
   * refusal of a user whom a comparison has found to be gone, or another, meanwhile: the account is served again at once.
   */
  private async believed(
    tx: Transaction,
    learnt: readonly EntOutcome[],
  ): Promise<{ outcomes: readonly EntOutcome[]; own: readonly EntOutcome[] }> {
    const { rows } = await tx.query<{
      account_id: string;
      attempts: number | null;
      ent_id: string | null;
    }>({
      name: 'work-of-outcomes',
      text: `with work as (
          select account_id, attempts from ent_task where account_id = any($1::uuid[]) order by account_id for update)
        select account_id, attempts, ent_id from account left join work using (account_id)
        where account_id = any($1::uuid[])`,
      values: [learnt.map(({ accountId }) => accountId)],
    });
    const work = new Map(rows.map((row) => [row.account_id, row]));
    const told = learnt.map((outcome) => {
      const { failureCode, servedAs, accountId, ...others } = outcome;
      const isOfAnother =
        failureCode !== undefined &&
        servedAs !== undefined &&
        servedAs !== (work.get(accountId)?.ent_id ?? null);
      return isOfAnother ? { ...others, accountId, retryInMs: 0 } : outcome;
    });
    const own = told.filter(
      ({ accountId, attempts }) => work.get(accountId)?.attempts === attempts,
    );
    if (own.length === told.length) return { outcomes: own, own };
    const outcomes = told.map((outcome) => {
      if (own.includes(outcome) || !work.get(outcome.accountId)?.ent_id) return outcome;
      const { isBlocked: _older, ...others } = outcome;
      return others;
    });
    return { outcomes, own };
  }

  /**
   * What is done goes. What the ENT refuses stays with its code, so that no block or deletion is
   * forgotten (SUP-4); so does a creation given up without an answer, which may have been done, and one whose
   * identifier somebody else bore, who may be gone tomorrow; so does a guardian's whose classes are to be read, and that of
   * who left and may still be made (`madeLateMs`). `moved`: of whom more may have become due, asked of those who stay:
   * whether an account is behind is the dearest question here, and of most it is answered when their rows go.
   */
  private async settle(
    tx: Transaction,
    outcomes: readonly EntOutcome[],
    moved: readonly string[],
  ): Promise<void> {
    const absent = outcomes.filter(({ isAbsent }) => isAbsent).map(({ accountId }) => accountId);
    const unanswered = outcomes
      .filter(({ failureCode: code }) => code?.endsWith(persists) || code === identifierTaken)
      .map(({ accountId }) => accountId);
    const accountIds = outcomes.map(({ accountId }) => accountId);
    const uncertain = await uncertainGuardians(tx, outcomes);
    const values = [accountIds, absent, unanswered, uncertain, madeLateMs];
    const { rows: gone } = await tx.query<{ account_id: string }>({
      ...{ name: 'settle-work', text: settle, values },
    });
    const done = new Set(gone.map(({ account_id }) => account_id));
    const sent: Promise<unknown>[] = [
      askEnt(
        tx,
        moved.filter((accountId) => !done.has(accountId)),
      ),
    ];
    if (absent.length > 0) {
      // Nothing is to be found by it any more; whoever is deleted keeps none (SUP-4).
      const forgotten = tx.query(
        `update account set ent_external_id = null
         where account_id = any($1::uuid[]) and state = 'DELETED' and ent_external_id is not null and ent_id is null
           and not exists (select from ent_task t where t.account_id = account.account_id)`,
        [absent],
      );
      sent.push(forgotten);
    }
    const left = outcomes.filter(({ accountId }) => !done.has(accountId));
    const rows = left.map(
      ({
        accountId,
        entId,
        retryInMs,
        isOwnFault,
        isAbsent,
        isHeard,
        attempts,
        failureCode = '',
        standingCode,
      }) => ({
        account_id: accountId,
        wait_ms: retryInMs ?? ((standingCode ?? failureCode) === '' ? 0 : refusedWaitMs),
        retry: retryInMs !== undefined || standingCode !== undefined,
        absent: isAbsent === true,
        // All of it was answered, and what came of it is known: no call of before may still be done.
        answered:
          failureCode === '' &&
          (standingCode === undefined || retryInMs !== undefined) &&
          isAbsent !== true &&
          !uncertain.includes(accountId) &&
          (retryInMs === undefined || (isHeard === true && attempts === 1)),
        // A round after the one that made it: what it still needs is work like any other's (PRV-8).
        known: retryInMs === undefined && entId === undefined,
        own_fault: isOwnFault === true,
        refused_code: standingCode ?? failureCode,
      }),
    );
    if (rows.length === 0) return this.end(tx, sent);
    const kept = tx.query({
      name: 'work-kept',
      text: `update ent_task t set queued_at = null, file_until = null,
         not_before = now() + case when x.absent and not u.unheard then 0 else x.wait_ms end * interval '1 millisecond',
         attempts = case when x.answered then 0 else t.attempts end,
         tried_places = case when x.known and a.ent_id is not null then '{}' else t.tried_places end,
         faults = case when x.own_fault then ${oneMore('t.faults')} when x.retry then t.faults else 0 end,
         refused_code = case when u.unheard then $2 else x.refused_code end
       from jsonb_to_recordset($1) as x(account_id uuid, wait_ms double precision, retry boolean, absent boolean,
         answered boolean, known boolean, own_fault boolean, refused_code text) join account a using (account_id)
         cross join lateral (select x.absent and ${isGone} as unheard) u
       where t.account_id = x.account_id`,
      values: [JSON.stringify(rows), creationUnheard],
    });
    return this.end(tx, [...sent, kept]);
  }

  private async end(tx: Transaction, sent: readonly Promise<unknown>[]): Promise<void> {
    commitBehind(tx);
    await together(...sent);
  }
}

/** SQL: account `a` is not to be in the ENT, and the books know no user of it. */
const isGone = `(a.ent_id is null and a.state not in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED'))`;

/**
 * Planned once for a connection: that costs more than the answer. $1: accounts; of them $2: absent, $3: unanswered,
 * $4: uncertain; $5: for how many milliseconds a creation may be done late.
 */
const settle = `
  delete from ent_task t using account a where a.account_id = t.account_id and a.account_id = any($1::uuid[]) and t.account_id = any($1::uuid[])
    and t.account_id <> all($4::uuid[]) and ((not ${isBehind('true')} and not (a.state = 'FAILED' and t.account_id = any($3::uuid[])))
      or (t.account_id = any($2::uuid[]) and ${isGone}
        and coalesce(t.tried_at <= now() - $5::integer * interval '1 millisecond', true)))
  returning t.account_id`;
