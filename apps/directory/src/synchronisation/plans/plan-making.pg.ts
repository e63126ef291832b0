import { randomUUID } from 'node:crypto';
import { together, type Transaction } from '#libs/persistence';
import { DeliveryOlder, final } from '../domain/directory-import.js';
import { brakedSubject } from '../domain/remarks.js';
import { type Beside, judge, type PlannedSchool, type Verdict } from '../domain/school-verdict.js';
import { holdsStatements } from '../domain/source-declaration.js';
import {
  type Figures,
  type KindFigures,
  type Limits,
  limitsOn,
  type Torn,
} from '../domain/thresholds.js';
import { ImportRemarks } from '../remarks/import-remarks.pg.js';
import type { ImportConnection } from '../import-connection.pg.js';
import type { WorkspaceOptions } from '../import-to-run.js';
import { answerStopped, concludeHeld } from './conclusion.pg.js';
import {
  forgetDoubts,
  keepDoubts,
  matchesBySchool,
  doublePupilsBySchool,
} from './steps/matching-steps.pg.js';
import { PlanMatching } from './plan-matching.pg.js';
import { planningTables, planningSteps } from './steps/plan-steps.pg.js';
import {
  changesDigest,
  keepChanges,
  plannedSchools,
  endedByKind,
  structuresNotInDelivery,
  tornPeople,
  wholeFigures,
} from './planned-figures.pg.js';
import type { PlanningStep } from './steps/planning-step.js';
import { resolvingSteps } from './steps/resolving-steps.pg.js';
import { foundRewritten } from './steps/rewritten-steps.pg.js';
import { rewrittenRows } from './steps/rewritten-rows.js';
import type { ScopeKind } from './steps/delivery-scope.pg.js';

type Judged = {
  readonly schools: readonly PlannedSchool[];
  readonly judged: Figures;
  readonly beside: Beside;
  readonly verdict: Verdict;
};
const kindOf = { 1: 'pupils', 2: 'guardians', 3: 'staff' } as const;
type PlannedScope = {
  readonly scope: ScopeKind;
  readonly spoken: readonly number[];
  readonly today: string;
  readonly carriedUais: readonly string[];
};
type CountRow = { readonly [Name in keyof Figures]: bigint };

/** Plans what a kept delivery would change (DIR-3): identities aside, nothing is written but the plan. */
export class PlanMaking {
  constructor(
    private readonly connection: ImportConnection,
    private readonly options: Pick<WorkspaceOptions, 'thresholds' | 'heldDays'>,
  ) {}

  /** The plan that stands, or a new one. Throws DeliveryOlder where younger data of the source are applied everywhere. */
  async current(): Promise<string> {
    const { importId } = this.connection.work;
    const found = await this.connection.run((tx) =>
      tx.query<{ plan_id: string }>(
        `select plan_id from plan where import_id = $1 and state = 'CURRENT'`,
        [importId],
      ),
    );
    return found.rows[0]?.plan_id ?? (await this.make());
  }

  /** The source or the directory moved: another plan is made from the same delivery. */
  async outdate(planId: string): Promise<void> {
    const remarks = new ImportRemarks(this.connection.work.importId);
    remarks.add('PLAN_STALE');
    await this.connection.run(async (tx) => {
      await tx.query(`update plan set state = 'STALE' where plan_id = $1`, [planId]);
      await remarks.clear(tx, ['PLAN_STALE']);
      await remarks.store(tx);
    });
  }

  private async make(): Promise<string> {
    const { importId, datedOn, planOnly } = this.connection.work;
    const matching = new PlanMatching(this.connection);
    await matching.catchUp();
    return this.connection.run(async (tx) => {
      const { scope, spoken, today, carriedUais } = await this.scope(tx);
      const limits = limitsOn(today, this.options.thresholds);
      if (scope !== 'KEYS') await tx.query('select refresh_delivery_statistics()');
      // Everything is compared with everything: a nested loop chosen on stale statistics would take hours.
      if (scope === 'SOURCE') await tx.query('set local enable_nestloop = off');
      await tx.query(`set local work_mem = '64MB'; set local default_statistics_target = 10`);
      await tx.query(planningTables);
      await tx.query(forgetDoubts, [importId]);
      await this.take(tx, resolvingSteps(scope));
      await matching.match(tx);
      await this.take(tx, planningSteps(scope));
      await matching.matchTeachersWithGuardians(tx);
      await matching.matchNamesakes(tx);
      const { whole, judged } = await this.wholeFigures(tx, scope);
      const schools = await this.schools(tx, spoken);
      if (schools.length > 0 && schools.every(({ isOlder }) => isOlder))
        throw new DeliveryOlder(datedOn);
      const beside = {
        ...{
          planOnly,
          carriedUais,
          torn: await this.torn(tx, scope),
          kinds: await this.kinds(tx, scope),
        },
      };
      const verdict = judge(schools, judged, limits, beside);
      const planId = await this.keep(tx, { whole, limits, verdict });
      if (scope !== 'KEYS') await tx.query('select refresh_plan_statistics()');
      await this.replaceOlder(tx, scope);
      await this.remark(tx, scope, { schools, judged, beside, verdict });
      return planId;
    });
  }

  private async take(tx: Transaction, steps: readonly PlanningStep[]): Promise<void> {
    const { source, importId } = this.connection.work;
    const named = { source: source.sourceCode, importId };
    await together(
      ...steps.map(({ sql, values }) =>
        tx.query(
          sql,
          values.map((name) => named[name]),
        ),
      ),
    );
  }

  /** Of what the delivery speaks: as far as that it is compared, and as far as that it is older or younger. And the day of the plan. */
  private async scope(tx: Transaction): Promise<PlannedScope> {
    const { rows } = await tx.query<PlannedScope>(
      `select scope, carried_uais as "carriedUais", platform.business_date()::text as today, array(select unnest(scope_entities) union select entity from delivered_person d where d.import_id = $1)::int[] as spoken
       from directory_import where import_id = $1`,
      [this.connection.work.importId],
    );
    return rows[0]!;
  }

  private async wholeFigures(
    tx: Transaction,
    scope: ScopeKind,
  ): Promise<{ whole: Figures; judged: Figures }> {
    const { source, importId } = this.connection.work;
    const { rows } = await tx.query<CountRow & { addedAmongOthers: bigint }>(wholeFigures(scope), [
      source.sourceCode,
      importId,
    ]);
    const whole = figuresOf(rows[0]!);
    return { whole, judged: { ...whole, added: Number(rows[0]!.addedAmongOthers) } };
  }

  /** A delta ends nobody by absence, and a school's list names its guardians in one file with their children. */
  private async torn(tx: Transaction, scope: ScopeKind): Promise<Torn> {
    if (scope !== 'SOURCE') return { named: 0, orphaned: 0 };
    const { source, importId } = this.connection.work;
    const { rows } = await tx.query<Torn>(tornPeople, [source.sourceCode, importId]);
    return rows[0]!;
  }

  /** Of one school's list, its school is judged. */
  private async kinds(tx: Transaction, scope: ScopeKind): Promise<KindFigures[]> {
    if (scope === 'SCHOOLS') return [];
    const { rows } = await tx.query<{ entity: 1 | 2 | 3; ended: number; present: number }>(
      endedByKind,
      [this.connection.work.source.sourceCode],
    );
    return rows.map(({ entity, ended, present }) => ({ kind: kindOf[entity], ended, present }));
  }

  private async schools(tx: Transaction, spoken: readonly number[]): Promise<PlannedSchool[]> {
    const { source, datedOn } = this.connection.work;
    const { rows } = await tx.query<
      CountRow & Pick<PlannedSchool, 'uai' | 'hasChanges' | 'isOlder' | 'isApproved'>
    >(plannedSchools, [source.sourceCode, datedOn, spoken]);
    const asked = await tx.query<{ uai: string; count: bigint }>(doublePupilsBySchool);
    const doubles = new Map(asked.rows.map(({ uai, count }) => [uai, Number(count)]));
    return rows.map(({ uai, hasChanges, isOlder, isApproved, ...counts }) => ({
      ...{ uai, hasChanges, isOlder, isApproved, doublePupils: doubles.get(uai) ?? 0 },
      figures: figuresOf(counts),
    }));
  }

  private async keep(
    tx: Transaction,
    made: { whole: Figures; limits: Limits; verdict: Verdict },
  ): Promise<string> {
    const { importId } = this.connection.work;
    const { whole, limits, verdict } = made;
    const planId = randomUUID();
    await tx.query(
      `insert into plan_school (plan_id, uai, present, added, changed, identities, ended, returned, digest,
         structure_before, structure_after, matched, doubtful, state, over, part)
       select $1, s.uai, present, added, changed, identities, ended, returned, digest, structure_before, structure_after,
         coalesce(m.matched, 0), coalesce(m.doubtful, 0), v.state, v.over,
         case when v.state in ('RELEASED', 'APPROVED') then 1 end
       from school s join unnest($2::text[], $3::text[], $4::boolean[]) as v(uai, state, over) using (uai)
       left join (${matchesBySchool}) m using (uai)`,
      [
        ...[planId, [...verdict.states.keys()], [...verdict.states.values()]],
        [...verdict.states.keys()].map((uai) => verdict.over.has(uai)),
      ],
    );
    await tx.query(keepChanges, [planId]);
    await tx.query(keepDoubts, [planId]);
    await tx.query(
      `insert into plan (plan_id, import_id, number, state, season, made_on, expires_on, content_digest, changes_digest,
         directory_version, held_whole, present, added, changed, identities, ended, returned)
       select $1, $2, coalesce((select max(number) from plan where import_id = $2), 0) + 1, 'CURRENT', $3,
         platform.business_date(), platform.business_date() + $4::int, content_digest, (${changesDigest}),
         (select count(*) from plan_part), $5, $6, $7, $8, $9, $10, $11
       from directory_import where import_id = $2`,
      [
        ...[planId, importId, limits.season, this.options.heldDays, verdict.heldWhole],
        ...[whole.present, whole.added, whole.changed, whole.identities, whole.ended],
        whole.returned,
      ],
    );
    await tx.query(
      `insert into plan_part (part_id, plan_id, number)
       select case when exists (select from plan_part join plan using (plan_id) where import_id = $2)
         then gen_random_uuid() else $2::uuid end, $1, 1
       where exists (select from plan_school where plan_id = $1 and part = 1)`,
      [planId, importId],
    );
    await this.connection.update(
      tx,
      `people_planned = people_applied + (select count(distinct person_id) from plan_change where plan_id = $2)`,
      [planId],
    );
    return planId;
  }

  /** What an older delivery of this source still waits with is answered by this one, as far as it speaks of it. */
  private async replaceOlder(tx: Transaction, scope: ScopeKind): Promise<void> {
    const { source, importId, datedOn } = this.connection.work;
    // Whoever decides locks the import first, then its schools: so does this, and none waits for the other.
    await tx.query(
      `select from directory_import where source = $1 and import_id <> $2 and dated_on <= $3::date and not state = any($4)
       order by import_id for update`,
      [source.sourceCode, importId, datedOn, final],
    );
    const { rows } = await tx.query<{ import_id: string }>(
      `update plan_school q set state = 'REPLACED' from plan p join directory_import i using (import_id)
       where q.plan_id = p.plan_id and p.state = 'CURRENT' and i.source = $1 and i.import_id <> $2
         and i.dated_on <= $3::date and q.state in ('HELD', 'APPROVED') and q.part is null
         and ($4 <> 'SCHOOLS' or exists (select from directory_import n
           where n.import_id = $2 and q.uai = any(n.scope_uais) and i.scope_entities <@ n.scope_entities))
       returning i.import_id`,
      [source.sourceCode, importId, datedOn, scope],
    );
    const replaced = rows.map(({ import_id }) => import_id);
    await tx.query(
      'update directory_import set replaced_by = $2 where import_id = any($1::uuid[])',
      [replaced, importId],
    );
    await concludeHeld(tx, replaced);
    if (scope === 'SOURCE' || (scope === 'KEYS' && holdsStatements(source)))
      await tx.query(answerStopped, [source.sourceCode, importId, datedOn]);
  }

  private async remark(
    tx: Transaction,
    scope: ScopeKind,
    { schools, judged, beside, verdict }: Judged,
  ): Promise<void> {
    const { source, importId } = this.connection.work;
    const { breaches, heldWhole, states } = verdict;
    const remarks = new ImportRemarks(importId);
    const { rows } = await tx.query<{ uai: string }>(structuresNotInDelivery, [
      source.sourceCode,
      importId,
    ]);
    if (scope === 'SOURCE')
      for (const { uai } of rows) remarks.add('STRUCTURE_NOT_IN_EXPORT', { subject: uai });
    if (heldWhole)
      remarks.add('BRAKE', {
        subject: brakedSubject('toutes les écoles', breaches.get('')!, judged, beside),
      });
    for (const { uai, figures, doublePupils } of schools) {
      const over = breaches.get(uai);
      if (states.get(uai) === 'OLDER') remarks.add('SCHOOL_OLDER', { subject: uai });
      if (!over || states.get(uai) !== 'HELD') continue;
      remarks.add('BRAKE', { subject: brakedSubject(uai, over, figures, { doublePupils }) });
    }
    await remarks.clear(tx, [
      ...['BRAKE', 'SCHOOL_OLDER', 'STRUCTURE_NOT_IN_EXPORT', 'STATEMENT_REWRITTEN'],
    ]);
    const rewritten = await remarks.addFound(tx, 'STATEMENT_REWRITTEN', foundRewritten, []);
    rewrittenRows.inc({ what: 'statement' }, rewritten);
    await remarks.store(tx);
  }
}

const figuresOf = (row: CountRow): Figures => ({
  present: Number(row.present),
  added: Number(row.added),
  changed: Number(row.changed),
  identities: Number(row.identities),
  ended: Number(row.ended),
  returned: Number(row.returned),
});
