import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newRowId, type Transaction } from '#libs/persistence';
import { addDays, type LocalDate } from '#libs/time';
import type { Level, SeasonName } from './domain/thresholds.js';
import type { Judgement } from './domain/work-plan.js';
import { digest } from './part-digest.js';
import { seatItemsOf } from '../seat-prices/seat-prices.module.js';

export type Verdict = 'APPROVED' | 'REJECTED';

/** A part that waits, as it is decided of. */
export type HeldPart = {
  readonly partId: string;
  readonly uai: string;
  readonly marketCode: string | null;
  readonly heldBy: Level;
  readonly closes: number;
  readonly accounts: number;
  /** What it holds now; the same as when it was planned unless it moved since. */
  readonly accountsNow: number;
  readonly isSame: boolean;
  /** Users who caused a part of it. */
  readonly causedBy: readonly string[];
};

/** Plans and their parts, and the work that they let through or hold. */
@Injectable()
export class EntPlans {
  /** Of all that is gathered, or of these accounts. */
  async make(
    tx: Transaction,
    plan: { readonly madeOn: LocalDate; readonly season: SeasonName; readonly heldDays: number },
    judgements: readonly Judgement[],
    accountIds?: readonly string[],
  ): Promise<string> {
    const { madeOn, season, heldDays } = plan;
    const planId = newRowId();
    await tx.query(
      'insert into ent_plan (plan_id, made_on, season, expires_on) values ($1, $2, $3, $4)',
      [planId, madeOn, season, addDays(madeOn, heldDays)],
    );
    await tx.query(
      `insert into ent_plan_part (part_id, plan_id, uai, membership_id, state, held_by, renames, moves, blocks, closes, deletes,
         seats, counted, digest, seat_items)
       select x.part_id, $1, x.uai, x.membership_id, case when x.held_by = '' then 'RELEASED' else 'HELD' end, x.held_by,
         x.renames, x.moves, x.blocks, x.closes, x.deletes, x.seats, x.counted,
         (select ${digest} from ent_task t where t.plan_uai = x.uai and t.gate = 'GATHERED' and ${isAmong('$3')}),
         ${seatItemsOf(`select m.market_code, a.item_code, count(*)::int as seats
           from ent_task t join account a using (account_id) join membership m using (membership_id)
           where t.plan_uai = x.uai and t.gate = 'GATHERED' and t.kind in ('BLOCK', 'CLOSE') and a.item_code <> '' and ${isAmong('$3')}
           group by 1, 2`)}
       from jsonb_to_recordset($2) as x(part_id uuid, uai text, membership_id text, held_by text, renames int, moves int,
         blocks int, closes int, deletes int, seats int, counted int)`,
      [planId, JSON.stringify(judgements.map(rowOf)), accountIds ?? null],
    );
    await tx.query(
      `update ent_task t set part_id = p.part_id, gate = case p.state when 'HELD' then 'HELD' else 'OPEN' end
       from ent_plan_part p where p.plan_id = $1 and p.uai = t.plan_uai and t.gate = 'GATHERED' and ${isAmong('$2')}`,
      [planId, accountIds ?? null],
    );
    return planId;
  }

  /** Parts of a plan that wait, locked: of one school, or all. */
  async held(tx: Transaction, planId: string, uai: string): Promise<HeldPart[]> {
    const { rows } = await tx.query<HeldPart>(
      `select p.part_id as "partId", p.uai, m.market_code as "marketCode", p.held_by as "heldBy", p.closes,
         p.renames + p.moves + p.blocks + p.closes + p.deletes as accounts, now.accounts as "accountsNow",
         now.digest = p.digest as "isSame", who.caused_by as "causedBy"
       from ent_plan_part p left join membership m using (membership_id)
       cross join lateral (select count(*)::int as accounts, ${digest} as digest
         from ent_task t where t.part_id = p.part_id and t.gate = 'HELD') as now
       cross join lateral (select coalesce(array_agg(distinct c.user_id) filter (where c.user_id <> ''), '{}') as caused_by
         from ent_task t join account a using (account_id)
         join account_transition x on x.account_id = a.account_id and (x.sequence = a.sequence
           or x.sequence = (select max(c.sequence) from account_transition c
             where a.state = 'DELETED' and c.account_id = a.account_id and c.to_state = 'CLOSING'))
         cross join lateral (${causedBy}) c
         where t.part_id = p.part_id and t.gate = 'HELD') as who
       where p.plan_id::text = $1 and $2 in ('', p.uai) and p.state = 'HELD' order by p.uai for update of p`,
      [planId, uai],
    );
    return rows;
  }

  /** How a plan stands: whether it is known in these markets, and whether another took the place of a part. */
  async standing(
    tx: Transaction,
    planId: string,
    uai: string,
    markets: readonly string[] | undefined,
  ): Promise<{ readonly isVisible: boolean; readonly states: readonly string[] }> {
    const { rows } = await tx.query<{ state: string }>(
      `select p.state from ent_plan_part p left join membership m using (membership_id)
       where p.plan_id::text = $1 and $2 in ('', p.uai) and p.state <> 'RELEASED'
         and ($3::text[] is null or m.market_code = any($3))`,
      [planId, uai, markets ?? null],
    );
    return { isVisible: rows.length > 0, states: rows.map(({ state }) => state) };
  }

  async decide(
    tx: Transaction,
    partIds: readonly string[],
    decision: {
      readonly verdict: Verdict;
      readonly by: string;
      readonly on: LocalDate;
      readonly reason: string;
    },
  ): Promise<void> {
    const { verdict, by, on, reason } = decision;
    await tx.query(
      `insert into ent_plan_decision (part_id, verdict, decided_by, decided_on, reason)
       select part_id, $2, $3, $4, $5 from unnest($1::uuid[]) as x(part_id)`,
      [partIds, verdict, by, on, reason],
    );
    await tx.query('update ent_plan_part set state = $2 where part_id = any($1::uuid[])', [
      partIds,
      verdict,
    ]);
    if (verdict === 'REJECTED') return;
    await tx.query(
      `update ent_task set gate = 'OPEN', not_before = now() where part_id = any($1::uuid[]) and gate = 'HELD'`,
      [partIds],
    );
  }

  /** What nobody decided in time was planned for another day: it is gathered anew. Returns the plans concerned. */
  async expire(tx: Transaction, day: LocalDate): Promise<string[]> {
    const { rows } = await tx.query<{ plan_id: string }>(
      `with expired as (
         update ent_plan_part p set state = 'EXPIRED' from ent_plan q
         where q.plan_id = p.plan_id and p.state = 'HELD' and q.expires_on <= $1 returning p.part_id, p.plan_id),
       again as (
         update ent_task t set gate = 'GATHERED' from expired e where t.part_id = e.part_id and t.gate = 'HELD')
       select distinct plan_id from expired`,
      [day],
    );
    return rows.map(({ plan_id }) => plan_id);
  }

  /** Deletions that wait, which the law may not let wait any more (SUP-4). */
  async heldDeletions(tx: Transaction): Promise<string[]> {
    const { rows } = await tx.query<{ account_id: string }>(
      `select account_id from ent_task where gate = 'HELD' and kind = 'DELETE'`,
    );
    return rows.map(({ account_id }) => account_id);
  }

  /** Figures of more than a year ago. */
  async forget(tx: Transaction, day: LocalDate): Promise<void> {
    await tx.query(
      `delete from ent_plan p where made_on < $1::date - interval '1 year' and not exists (
         select from ent_plan_part q join ent_task t using (part_id) where q.plan_id = p.plan_id)`,
      [day],
    );
  }
}

/**
 * Users behind the last step of account `a`, which is `x`: who decided it, or ended what paid for it. An end is told some
 * days late where its letter was. The day alone ends a grace: who caused the closing is behind that, too.
 */
const causedBy = `
  select x.decided_by as user_id
  union all select m.ended_by from membership m
    where x.cause = 'MEMBERSHIP' and m.membership_id = a.membership_id and m.ends_on <= x.effective_on
  union all select f.ended_by from school_financing f
    where x.cause = 'MEMBERSHIP' and f.uai = a.uai and f.ends_on <= x.effective_on and f.ends_on > x.effective_on - 31`;

const isAmong = (accountIds: string) =>
  `(${accountIds}::uuid[] is null or t.account_id = any(${accountIds}))`;

const rowOf = ({ part, counted, heldBy }: Judgement) => ({
  ...{ part_id: randomUUID(), uai: part.uai, membership_id: part.membershipId },
  ...{ held_by: heldBy ?? '', seats: part.seats, counted },
  ...{ renames: part.figures.RENAME, moves: part.figures.MOVE, blocks: part.figures.BLOCK },
  ...{ closes: part.figures.CLOSE, deletes: part.figures.DELETE },
});
