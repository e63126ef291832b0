import { event, ImportCompletedSchema } from '#libs/contracts';
import type { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { PersonFacts } from '../../people/people.module.js';
import { type StructureRow, toStructureChanged } from '../../structures/structures.module.js';
import { speaksBySchools } from '../domain/source-declaration.js';
import type { ImportConnection } from '../import-connection.pg.js';
import { BatchWriting, type OpenPart } from './batch-writing.pg.js';
import { concluded } from './conclusion.pg.js';
import { batchTables, deriveSchoolsSql, stateSchools } from './steps/part-steps.pg.js';
import { changesDigest } from './planned-figures.pg.js';

const smallDelivery = 10_000;
/** The first people of a large one: there are statistics of all tables for those that follow. */
const firstPeople = 200;
/** In so many batches the people of one transaction are written. */
const batches = 2;

/** After a full export of a whole source that had stated people before: MendPeople. $1: the import, $2: the plan. */
const compareEverybody = `
  update declared_source c set compared_to = '00000000-0000-0000-0000-000000000000'
  from directory_import i join plan p using (import_id)
  where i.import_id = $1 and p.plan_id = $2 and c.source_code = i.source and i.scope = 'SOURCE' and p.present > 0`;

type ImportedSchool = { readonly uai: string; readonly ended: number; readonly changed: number };

export type BatchOutcome = 'MORE' | 'DONE' | 'STALE';

/**
 * Applies a plan part by part, a part batch by batch: exactly the changes that were planned and released or approved
 * (DIR-3). Where it stands is kept with each batch, so whoever goes on after a crash does nothing twice.
 */
export class PartExecution {
  private isPrepared = false;
  private analyseAt: number;
  private applied = 0;

  constructor(
    private readonly connection: ImportConnection,
    private readonly outbox: Outbox,
    private readonly facts: PersonFacts,
    private readonly batchPeople: number,
  ) {
    // A delivery that is small beside the tables leaves their statistics as good as they were.
    const { extent, source } = connection.work;
    this.analyseAt = extent === 'DELTA' || speaksBySchools(source) ? smallDelivery : 1;
  }

  /** The part under way, else one of what was approved since; undefined where nothing may be applied. */
  async next(planId: string): Promise<OpenPart | undefined> {
    await this.prepare();
    return this.connection.run(async (tx) => {
      const found = await openPart(tx, planId);
      if (!found) return undefined;
      const { rows } = await tx.query<{ same: boolean }>(
        `select changes_digest = (${changesDigest}) as same from plan where plan_id = $1`,
        [planId],
      );
      if (!rows[0]!.same) throw new RangeError(`plan ${planId} is not what was planned any more`);
      await this.connection.update(tx, `state = 'APPLYING'`);
      return { planId, partId: found.part_id, number: found.number };
    });
  }

  async applySchools({ planId, partId, number }: OpenPart): Promise<void> {
    const { source, importId, datedOn } = this.connection.work;
    await this.connection.run(async (tx) => {
      const { rows: pending } = await tx.query(
        'select from plan_part where part_id = $1 and not schools_applied for update',
        [partId],
      );
      if (pending.length === 0) return;
      await tx.query(stateSchools, [source.sourceCode, importId, datedOn, planId, number]);
      const { rows } = await tx.query<StructureRow>(deriveSchoolsSql, [partId, planId, number]);
      await this.outbox.add(tx, ...rows.map((row) => toStructureChanged(row, partId)));
      await tx.query(
        'update plan_part set schools_applied = true, structure_events = $2 where part_id = $1',
        [partId, rows.length],
      );
    });
  }

  /**
   * Writes the next people and their events in one transaction, some of them at a time: what is told of these is encoded
   * while PostgreSQL writes the next. STALE: whoever is left is not written, the plan does not hold any more.
   */
  async applyBatch({ planId, partId, number }: OpenPart): Promise<BatchOutcome> {
    // Again whenever the tables may have doubled, so that each batch is found by its keys.
    const isFirst = this.analyseAt === 1;
    if (this.applied >= this.analyseAt - 1) {
      await this.connection.run((tx) => tx.query('select refresh_statistics()'));
      this.analyseAt = (this.applied + 1) * 2;
    }
    const limit = isFirst ? Math.min(firstPeople, this.batchPeople) : this.batchPeople;
    const atOnce = Math.ceil(this.batchPeople / batches);
    return this.connection.run(async (tx) => {
      const { rows: at } = await tx.query<{ next_seq: bigint }>(
        'select next_seq from plan_part where part_id = $1 for update',
        [partId],
      );
      const part = { planId, partId, number };
      let outcome: BatchOutcome = 'MORE';
      let seq = at[0]!.next_seq;
      const writing = new BatchWriting(this.connection, this.facts, this.outbox, tx, part);
      while (outcome === 'MORE' && writing.taken < limit) {
        const batch = await writing.take(seq, Math.min(atOnce, limit - writing.taken));
        if (!batch) outcome = 'DONE';
        else if (batch.isStale) outcome = 'STALE';
        else {
          await writing.write(batch);
          seq = batch.lastSeq;
        }
      }
      const events = await writing.finish();
      await tx.query(
        'update plan_part set next_seq = $2, person_events = person_events + $3 where part_id = $1',
        [partId, seq.toString(), events],
      );
      this.applied += writing.taken;
      return outcome;
    });
  }

  /** The last transaction of a part: ImportCompleted tells how many events bear its id (PRV-2). `isWhole`: all of it is applied. */
  async complete({ planId, partId, number }: OpenPart, isWhole: boolean): Promise<void> {
    const { source, importId, datedOn } = this.connection.work;
    await this.connection.run(async (tx) => {
      const { rows } = await tx.query<{ people: number; structures: number }>(
        `update plan_part set completed = true where part_id = $1
         returning person_events::int as people, structure_events::int as structures`,
        [partId],
      );
      const { rows: schools } = await tx.query<ImportedSchool>(
        `select uai, ended::int, (changed + identities)::int as changed from plan_school
         where plan_id = $1 and part = $2 order by uai`,
        [planId, number],
      );
      const { people, structures } = rows[0]!;
      const uais = schools.map(({ uai }) => uai);
      if (isWhole) {
        await tx.query(compareEverybody, [importId, planId]);
        await tx.query(
          `insert into applied_school as a (source, uai, entity, dated_on)
           select $1, u.uai, e.entity, $3::date from unnest($2::text[]) as u (uai), (
             select unnest(scope_entities) from directory_import where import_id = $4
             union select entity from delivered_person where import_id = $4) as e (entity)
           on conflict (source, uai, entity) do update set dated_on = excluded.dated_on where a.dated_on < excluded.dated_on`,
          [source.sourceCode, uais, datedOn, importId],
        );
      }
      await this.outbox.add(
        tx,
        event(ImportCompletedSchema, partId, {
          importId: partId,
          personEvents: people,
          structureEvents: structures,
          datedOn,
          uais,
          schools: schools.filter(({ ended, changed }) => ended + changed > 0),
        }),
      );
    });
  }

  /** Nothing more may be applied now: the import waits for a person, or has ended. */
  async conclude(): Promise<'HELD' | 'COMPLETED' | 'REFUSED'> {
    const { importId } = this.connection.work;
    return this.connection.run(async (tx) => {
      const { rows } = await tx.query<{ state: 'HELD' | 'COMPLETED' | 'REFUSED' }>(
        `update directory_import i set state = ${concluded} where import_id = $1 returning state`,
        [importId],
      );
      return rows[0]!.state;
    });
  }

  private async prepare(): Promise<void> {
    if (this.isPrepared) return;
    await this.connection.run((tx) => tx.query(batchTables));
    this.isPrepared = true;
  }
}

async function openPart(
  tx: Transaction,
  planId: string,
): Promise<{ part_id: string; number: number } | undefined> {
  const underWay = `select part_id, number from plan_part where plan_id = $1 and not completed order by number limit 1`;
  const { rows } = await tx.query<{ part_id: string; number: number }>(underWay, [planId]);
  if (rows[0]) return rows[0];
  const released = await tx.query(
    `update plan_school set part = (select coalesce(max(number), 0) + 1 from plan_part where plan_id = $1)
     where plan_id = $1 and part is null and state in ('RELEASED', 'APPROVED')`,
    [planId],
  );
  if (!released.rowCount) return undefined;
  await tx.query(
    `update plan_change c set part = (select coalesce(max(number), 0) + 1 from plan_part where plan_id = $1)
     where c.plan_id = $1 and c.part is null and not exists (
       select from plan_school s where s.plan_id = $1 and s.uai = any(c.uais) and s.state not in ('RELEASED', 'APPROVED'))`,
    [planId],
  );
  const opened = await tx.query<{ part_id: string; number: number }>(
    `insert into plan_part (part_id, plan_id, number)
     select case when exists (select from plan_part a join plan b using (plan_id) where b.import_id = p.import_id)
       then gen_random_uuid() else p.import_id end, $1, coalesce((select max(number) from plan_part where plan_id = $1), 0) + 1
     from plan p where p.plan_id = $1 returning part_id, number`,
    [planId],
  );
  return opened.rows[0];
}
