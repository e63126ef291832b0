import type { PoolClient } from 'pg';
import { event, ImportCompletedSchema } from '#libs/contracts';
import type { Outbox } from '#libs/messaging';
import { copyIn, type Transaction } from '#libs/persistence';
import type { PersonFacts } from '../people/people.module.js';
import type { SourceRecord } from '../sources/sources.module.js';
import { applyPeople, applyStructures } from './apply-plan.pg.js';
import type { Removals } from './domain/safeguard.js';
import { ImportRemarks } from './import-remarks.pg.js';
import type { ImportPlan, ImportToRun, WorkspaceOptions } from './import-to-run.js';
import { PLAN_STEPS, REMOVALS, STAGING_TABLES, STRUCTURES_NOT_IN_EXPORT } from './plan-steps.pg.js';
import { StagedRows } from './staged-rows.js';

/** Staged rows kept in memory before they are copied in. */
const STAGE_ROWS = 2_000;

/**
 * One import under way: what the files say, laid beside what is stored. It lives as long as the
 * process's connection; a crash loses it, and the import begins again from its files.
 */
export class OpenImport {
  private readonly remarks = new ImportRemarks();
  private readonly rows: StagedRows;
  private next = 1;
  private last = 0;
  private analyseAt = 1;

  constructor(
    private readonly client: PoolClient,
    readonly work: ImportToRun,
    private readonly outbox: Outbox,
    private readonly facts: PersonFacts,
    private readonly options: WorkspaceOptions,
  ) {
    this.rows = new StagedRows(options.ineKey);
  }

  async prepare(): Promise<void> {
    await this.client.query(`set temp_buffers = '48MB'`);
    await this.client.query(STAGING_TABLES);
  }

  /** Keeps what a batch of the files says. */
  async stage(records: readonly SourceRecord[]): Promise<void> {
    for (const record of records) {
      if (record.kind === 'remark') this.remarks.add(record.code, record.subject);
      else this.rows.add(record);
    }
    if (this.rows.size >= STAGE_ROWS) await this.flush();
  }

  /** Matches identities (DIR-2), resolves links, compares with what is stored. Changes no person. */
  async plan(): Promise<ImportPlan> {
    await this.flush();
    return this.run(async (tx) => {
      // Everything is compared with everything: a nested loop chosen on stale statistics would take hours.
      await tx.query('set local enable_nestloop = off');
      await tx.query(`set local work_mem = '64MB'`);
      for (const { sql, remark, values } of PLAN_STEPS) {
        const parameters = values.map((name) => this.work[name]);
        const result = await tx.query<{ subject: string; count: bigint }>(sql, parameters);
        if (remark)
          for (const row of result.rows)
            this.remarks.add(remark, row.subject, Number(row.count ?? 1n));
      }
      const missing = await tx.query<{ uai: string }>(STRUCTURES_NOT_IN_EXPORT);
      for (const { uai } of missing.rows) this.remarks.add('STRUCTURE_NOT_IN_EXPORT', uai);
      const { rows } = await tx.query<{ uai: string; present: bigint; removed: bigint }>(REMOVALS, [
        this.work.source,
      ]);
      const counted = await tx.query<{ people: bigint }>('select count(*) as people from todo');
      const people = Number(counted.rows[0]!.people);
      this.last = people;
      await this.remarks.store(tx, this.work.importId);
      await this.update(tx, `state = 'PLANNED', people_planned = people_applied + $2`, [people]);
      const removals = rows.map((row) => ({
        uai: row.uai,
        present: Number(row.present),
        removed: Number(row.removed),
      }));
      return { people, removals };
    });
  }

  /** The brake holds (DIR-3). */
  async hold(breaches: readonly Removals[]): Promise<void> {
    for (const { uai, present, removed } of breaches) {
      this.remarks.add('BRAKE', `${uai || 'annuaire'} ${removed}/${present}`);
    }
    await this.run(async (tx) => {
      await this.remarks.store(tx, this.work.importId);
      await this.update(tx, `state = 'HELD'`);
    });
  }

  /** The export is unusable; final. */
  async refuse(code: string, message: string): Promise<void> {
    await this.run(async (tx) => {
      await this.remarks.store(tx, this.work.importId);
      await tx.query(
        `insert into import_remark (import_id, code, message, count) values ($1, $2, $3, 1)
         on conflict (import_id, code) do update set message = excluded.message, count = 1`,
        [this.work.importId, code, message],
      );
      await this.update(tx, `state = 'REFUSED'`);
    });
  }

  async applyStructures(): Promise<void> {
    await this.run(async (tx) => {
      const events = await applyStructures(tx, this.work);
      await this.outbox.add(tx, ...events);
      await this.update(
        tx,
        `state = 'APPLYING', structure_events = structure_events + $2,
         structures = (select count(*) from plan_structure)`,
        [events.length],
      );
    });
  }

  /** Writes the next people and their events in one transaction; false when none is left. */
  async applyBatch(): Promise<boolean> {
    if (this.next > this.last) return false;
    const upTo = this.next + this.options.batchPeople - 1;
    // Again whenever the tables may have doubled, so that each batch is found by its keys.
    if (this.next >= this.analyseAt) {
      await this.client.query('select refresh_statistics()');
      this.analyseAt = this.next * 2;
    }
    await this.run(async (tx) => {
      const counts = await applyPeople(tx, this.work, this.next, upTo);
      const events = await this.facts.of(tx, counts.personIds, this.work.importId);
      await this.outbox.add(tx, ...events);
      await this.update(
        tx,
        `people_applied = people_applied + $2, people_created = people_created + $3,
         people_changed = people_changed + $4, people_removed = people_removed + $5`,
        [events.length, counts.created, counts.changed, counts.removed],
      );
    });
    this.next = upTo + 1;
    return this.next <= this.last;
  }

  /** The last transaction: ImportCompleted tells how many events bear the import's id (PRV-2). */
  async complete(): Promise<void> {
    await this.run(async (tx) => {
      const { rows } = await tx.query<{ people: number; structures: number; uais: string[] }>(
        `update directory_import set state = 'COMPLETED', people_planned = people_applied where import_id = $1
         returning people_applied::int as people, structure_events::int as structures,
           array(select uai from plan_structure order by uai) as uais`,
        [this.work.importId],
      );
      const { people, structures, uais } = rows[0]!;
      const { importId, datedOn } = this.work;
      await this.outbox.add(
        tx,
        event(ImportCompletedSchema, importId, {
          importId,
          personEvents: people,
          structureEvents: structures,
          datedOn,
          uais,
        }),
      );
    });
  }

  async close(): Promise<void> {
    this.client.release(true);
  }

  private async flush(): Promise<void> {
    const { structure, person, place, link } = this.rows;
    await this.run(async (tx) => {
      if (structure.length > 0) await copyIn(tx, 'stage_structure', structure);
      if (person.length > 0) await copyIn(tx, 'stage_person', person);
      if (place.length > 0) await copyIn(tx, 'stage_place', place);
      if (link.length > 0) await copyIn(tx, 'stage_link', link);
      await this.update(tx, 'entries_read = $2', [this.rows.entriesRead]);
    });
    this.rows.clear();
  }

  private async update(
    tx: Transaction,
    assignments: string,
    values: unknown[] = [],
  ): Promise<void> {
    await tx.query(`update directory_import set ${assignments} where import_id = $1`, [
      this.work.importId,
      ...values,
    ]);
  }

  /** Not the shared unit of work: the temporary tables belong to this connection. */
  private async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    await this.client.query('begin');
    try {
      const result = await work(this.client);
      await this.client.query('commit');
      return result;
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }
}
