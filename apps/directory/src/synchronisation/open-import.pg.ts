import type { Outbox } from '#libs/messaging';
import type { PersonFacts } from '../people/people.module.js';
import { AcademyReadings } from './academies/academy-readings.pg.js';
import { Delivery } from './deliveries/delivery.pg.js';
import { DeltaReading } from './deliveries/delta-reading.pg.js';
import { ImportRemarks } from './remarks/import-remarks.pg.js';
import type { ImportConnection } from './import-connection.pg.js';
import type { ImportToRun, WorkspaceOptions } from './import-to-run.js';
import { PartExecution } from './plans/part-execution.pg.js';
import { PlanMaking } from './plans/plan-making.pg.js';

/** One import under way: its delivery, its plan and their execution, on the connection that holds the lock. */
export class OpenImport {
  readonly delivery: Delivery;
  readonly delta: DeltaReading;
  readonly plans: PlanMaking;
  readonly parts: PartExecution;
  private readonly remarks: ImportRemarks;

  constructor(
    private readonly connection: ImportConnection,
    outbox: Outbox,
    facts: PersonFacts,
    options: WorkspaceOptions,
  ) {
    this.remarks = new ImportRemarks(connection.work.importId);
    this.delivery = new Delivery(connection, this.remarks, options.ineKey);
    this.delta = new DeltaReading(connection, this.remarks, options.ineKey);
    this.plans = new PlanMaking(connection, options);
    this.parts = new PartExecution(connection, outbox, facts, options.batchPeople);
  }

  get work(): ImportToRun {
    return this.connection.work;
  }

  /** The stamp up to which the changes of an academy's directory are applied. */
  appliedUpTo(): Promise<Date | undefined> {
    return this.connection.run((tx) =>
      new AcademyReadings().appliedUpTo(tx, this.work.source.sourceCode),
    );
  }

  /** What was asked for as changes is a full delivery, so that whoever is not in it leaves. */
  becomeFull(): Promise<void> {
    return this.connection.becomeFull();
  }

  /** Nothing can come of it: final. */
  refuse(code: string, message: string): Promise<void> {
    return this.end('REFUSED', code, message);
  }

  /** A fault of ours: somebody may retry it. */
  fail(code: string, message: string): Promise<void> {
    return this.end('FAILED', code, message);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async end(state: 'REFUSED' | 'FAILED', code: string, message: string): Promise<void> {
    const { importId } = this.work;
    await this.connection.run(async (tx) => {
      if (!this.work.isDelivered) await this.remarks.store(tx);
      await tx.query(
        `insert into import_remark (import_id, code, message, count) values ($1, $2, $3, 1)
         on conflict (import_id, code) do update set message = excluded.message, count = 1`,
        [importId, code, message],
      );
      await this.connection.update(tx, 'state = $2, stopped_by = $3', [state, code]);
    });
  }
}
