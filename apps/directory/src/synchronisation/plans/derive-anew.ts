import { Injectable } from '@nestjs/common';
import { BusinessDate, Outbox } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { PersonFacts } from '../../people/people.module.js';
import { type StructureRow, toStructureChanged } from '../../structures/structures.module.js';
import { ImportTurn } from '../import-turn.pg.js';
import { deriveSchoolsAnew, leaveUnchanged, nextSource, takeNext } from './anew-steps.pg.js';
import { derive } from './derivation.pg.js';
import {
  batchTables,
  deriveLinks,
  derivePlaces,
  homeIsNoFurtherSchool,
  tempBuffers,
} from './part-steps.pg.js';

const peoplePerBatch = 1_000;
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Who was derived by other priorities than those that are declared now is derived anew (DIR-5), so that it does not
 * matter when a source was declared so: between imports, in bounded batches, and only who changes by it.
 */
@Injectable()
export class DeriveAnew {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly imports: ImportTurn,
    private readonly facts: PersonFacts,
    private readonly outbox: Outbox,
  ) {}

  /** One batch, whole or not at all; false when nobody is left, or an import runs. */
  async someOf(limit = peoplePerBatch): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const [next] = await tx.rows<{ source: string; derivedTo: string }>(nextSource);
      if (!next || !(await this.imports.take(tx))) return false;
      const { source, derivedTo } = next;
      if (derivedTo === nobody) await this.schools(tx, source);
      const last = await this.people(tx, source, derivedTo, limit);
      await tx.query('update declared_source set derived_to = $2 where source_code = $1', [
        ...[source, last ?? null],
      ]);
      return true;
    });
  }

  private async schools(tx: Transaction, source: string): Promise<void> {
    const changed = await tx.rows<StructureRow>(deriveSchoolsAnew, [null, source]);
    await this.outbox.add(tx, ...changed.map((row) => toStructureChanged(row, '')));
  }

  /** Gives who was last; undefined where there is nobody more. */
  private async people(tx: Transaction, source: string, after: string, limit: number) {
    await tx.query(tempBuffers);
    await tx.query(batchTables);
    const taken = await tx.rows<{ person_id: string }>(takeNext, [source, after, limit]);
    const ids = taken.map(({ person_id }) => person_id).sort();
    if (ids.length === 0) return undefined;
    for (const sql of [derivePlaces, homeIsNoFurtherSchool, deriveLinks]) await tx.query(sql);
    const same = await tx.rows<{ person_id: string }>(leaveUnchanged);
    await tx.query('delete from derived_place; delete from derived_link');
    const unchanged = new Set(same.map(({ person_id }) => person_id));
    const changed = ids.filter((id) => !unchanged.has(id));
    if (changed.length > 0) {
      await derive(tx, { day: await this.businessDate.today(tx) });
      await this.outbox.add(tx, ...(await this.facts.of(tx, changed, '')));
    }
    return ids.at(-1);
  }
}
