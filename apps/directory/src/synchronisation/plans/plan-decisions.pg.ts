import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { isSeen } from '../imports.pg.js';
import {
  DecisionAboveThreshold,
  ImportNotHeld,
  type ImportState,
  ImportUnknown,
  PlanStale,
} from '../domain/directory-import.js';
import { isCarriedOn, restoreBase } from '../deliveries/delta-bases.pg.js';
import { concludeHeld } from './conclusion.pg.js';

export type Verdict = 'APPROVED' | 'REJECTED';

/** What persons decide of the schools that a plan holds. */
@Injectable()
export class PlanDecisions {
  /** The plan of an import that stands. Throws ImportUnknown, ImportNotHeld. */
  async currentPlan(tx: Transaction, importId: string): Promise<string> {
    const { rows } = await tx.query<{ state: ImportState; plan_id: string | null }>(
      `select i.state, p.plan_id from directory_import i left join plan p on p.import_id = i.import_id and p.state = 'CURRENT'
       where i.import_id::text = $1`,
      [importId],
    );
    if (!rows[0]) throw new ImportUnknown();
    if (!rows[0].plan_id) throw new ImportNotHeld(rows[0].state);
    return rows[0].plan_id;
  }

  /**
   * Of one school of the plan, or of all that it holds (`uai` empty). Throws ImportUnknown; ImportNotHeld where nothing
   * waits; PlanStale where another plan was made since, or younger data of the source are applied;
   * DecisionAboveThreshold.
   */
  async decide(
    tx: Transaction,
    decision: {
      planId: string;
      uai: string;
      verdict: Verdict;
      by: string;
      on: string;
      reason: string;
      /** Whose own deliveries alone; undefined: anybody's. */
      seen: readonly string[] | undefined;
    },
  ): Promise<{ importId: string; schools: number }> {
    const { planId, uai, verdict, by, on, reason, seen } = decision;
    const { rows } = await tx.query<{ import_id: string; state: ImportState; plan: string }>(
      `select i.import_id, i.state, p.state as plan from directory_import i join plan p using (import_id)
       where p.plan_id::text = $1 and ${isSeen('$2')} for update of i`,
      [planId, seen ?? null],
    );
    if (!rows[0]) throw new ImportUnknown();
    const { import_id: importId, state, plan } = rows[0];
    if (plan !== 'CURRENT') throw new PlanStale();
    if (seen && verdict === 'APPROVED') await this.requireWithinThresholds(tx, planId, uai);
    const moved = await tx.query(
      `select from plan_school q join plan p using (plan_id) join directory_import i using (import_id)
       join applied_school a on a.source = i.source and a.uai = q.uai and a.dated_on > i.dated_on
       where q.plan_id = $1 and q.state = 'HELD' and $2 in ('', q.uai) and $3 = 'APPROVED' limit 1`,
      [planId, uai, verdict],
    );
    if (moved.rowCount) throw new PlanStale();
    if (verdict === 'REJECTED') await this.requireLast(tx, importId);
    const decided = await tx.query(
      `update plan_school set state = $3, decided_by = $4, decided_on = $5, reason = $6
       where plan_id = $1 and state = 'HELD' and $2 in ('', uai)`,
      [planId, uai, verdict, by, on, reason],
    );
    if (!decided.rowCount) throw new ImportNotHeld(state);
    if (verdict === 'REJECTED') {
      await concludeHeld(tx, [importId]);
      await restoreBase(tx, [importId]);
    } else if (state === 'HELD')
      await tx.query(`update directory_import set state = 'PLANNED' where import_id = $1`, [
        importId,
      ]);
    return { importId, schools: decided.rowCount };
  }

  /** Beyond them a head leaves the approval to support level 2 (DIR-5). Throws DecisionAboveThreshold. */
  private async requireWithinThresholds(tx: Transaction, planId: string, uai: string) {
    const { rowCount } = await tx.query(
      `select from plan_school where plan_id = $1 and state = 'HELD' and over and $2 in ('', uai) limit 1`,
      [planId, uai],
    );
    if (rowCount) throw new DecisionAboveThreshold();
  }

  /** A younger delivery that contains these changes is kept and not planned yet. Throws PlanStale. */
  private async requireLast(tx: Transaction, importId: string): Promise<void> {
    await tx.query(
      `select from declared_source d join directory_import i on i.source = d.source_code where i.import_id = $1 for update of d`,
      [importId],
    );
    const { rowCount } = await tx.query(
      `select from directory_import i where i.import_id = $1 and ${isCarriedOn}`,
      [importId],
    );
    if (rowCount) throw new PlanStale();
  }

  /** What nobody decided in time. Returns the imports concerned. */
  async expire(tx: Transaction, day: string): Promise<readonly string[]> {
    const { rows } = await tx.query<{ import_id: string }>(
      `update plan_school q set state = 'EXPIRED' from plan p join directory_import i using (import_id)
       where q.plan_id = p.plan_id and p.state = 'CURRENT' and q.state = 'HELD' and p.expires_on <= $1::date and not ${isCarriedOn}
       returning p.import_id`,
      [day],
    );
    const importIds = [...new Set(rows.map(({ import_id }) => import_id))];
    await concludeHeld(tx, importIds);
    await restoreBase(tx, importIds);
    return importIds;
  }

  /** What a technical fault stopped and nobody retried: its delivery is of people, so it does not wait for ever (SUP-4), and what it held is nobody's to approve. */
  async giveUpFailed(tx: Transaction, day: string, afterDays: number): Promise<readonly string[]> {
    const { rows } = await tx.query<{ import_id: string }>(
      `with given_up as (
         update directory_import i set state = 'REFUSED'
          where state = 'FAILED' and started_on + $2::int <= $1::date and not ${isCarriedOn} returning import_id),
       expired as (
         update plan_school q set state = 'EXPIRED' from plan p join given_up using (import_id)
          where q.plan_id = p.plan_id and p.state = 'CURRENT' and q.state = 'HELD')
       select import_id from given_up`,
      [day, afterDays],
    );
    const importIds = rows.map(({ import_id }) => import_id);
    await restoreBase(tx, importIds);
    return importIds;
  }
}
