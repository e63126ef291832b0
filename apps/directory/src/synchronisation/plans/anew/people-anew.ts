import { Injectable } from '@nestjs/common';
import { BusinessDate, Outbox } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { PersonFacts } from '../../../people/people.module.js';
import { ImportTurn } from '../../import-turn.pg.js';
import { derive } from './derivation.pg.js';
import {
  batchTables,
  deriveLinks,
  derivePlaces,
  homeIsNoFurtherSchool,
  tempBuffers,
} from '../steps/part-steps.pg.js';

/** Before everybody. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** What people are gone through for, between imports, for one source after the other. */
export type Round = {
  /** The column of a source that says who was last; null: nobody is to be gone through for it. */
  readonly to: 'derived_to' | 'compared_to';
  /** Fills the batch, and gives whom. $1: source, $2: who was last, $3: how many. */
  readonly take: string;
  /** Leaves in the batch who is to be derived anew, and gives them. All that is stated of the batch is derived beside it. */
  readonly whoDiffers: string;
  /** Of the batch, before: gives whoever is to be journalled, whatever is derived of them. */
  readonly prepare?: (tx: Transaction) => Promise<readonly string[]>;
  /** Before the first people of a source. */
  readonly begin?: (tx: Transaction, source: string) => Promise<void>;
  /** Of whoever was derived anew or prepared. */
  readonly journal?: (
    tx: Transaction,
    personIds: readonly string[],
    day: string,
  ) => Promise<unknown>;
};

/** Goes through people in bounded batches; whoever differs from all that is stated of them is derived anew and told. */
@Injectable()
export class PeopleAnew {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly imports: ImportTurn,
    private readonly facts: PersonFacts,
    private readonly outbox: Outbox,
  ) {}

  /** One batch, whole or not at all: who differed; undefined when nobody is left, or an import runs. */
  async someOf(round: Round, limit: number): Promise<readonly string[] | undefined> {
    return this.unitOfWork.run(async (tx) => {
      const [next] = await tx.rows<{ source: string; last: string }>(
        `select source_code as source, ${round.to} as last from declared_source
         where ${round.to} is not null order by source_code limit 1 for update`,
      );
      if (!next || !(await this.imports.take(tx))) return undefined;
      const { source, last } = next;
      if (last === nobody) await round.begin?.(tx, source);
      await tx.query(tempBuffers);
      await tx.query(batchTables);
      const taken = await tx.rows<{ person_id: string }>(round.take, [source, last, limit]);
      const ids = taken.map(({ person_id }) => person_id).sort();
      const differing = ids.length > 0 ? await this.deriveAnew(tx, round) : [];
      await tx.query(`update declared_source set ${round.to} = $2 where source_code = $1`, [
        ...[source, ids.at(-1) ?? null],
      ]);
      return differing;
    });
  }

  private async deriveAnew(
    tx: Transaction,
    { prepare, whoDiffers, journal }: Round,
  ): Promise<readonly string[]> {
    const prepared = (await prepare?.(tx)) ?? [];
    for (const sql of [derivePlaces, homeIsNoFurtherSchool, deriveLinks]) await tx.query(sql);
    const rows = await tx.rows<{ person_id: string }>(whoDiffers);
    await tx.query('delete from derived_place; delete from derived_link');
    const derived = rows.map(({ person_id }) => person_id);
    const personIds = [...new Set([...prepared, ...derived])].sort();
    if (personIds.length === 0) return [];
    const day = await this.businessDate.today(tx);
    if (derived.length > 0) await derive(tx, { day });
    await this.outbox.add(tx, ...(await this.facts.of(tx, derived, '')));
    await journal?.(tx, personIds, day);
    return personIds;
  }
}
