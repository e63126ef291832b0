import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate, Outbox } from '#libs/messaging';
import { loggerToken, type Logger } from '#libs/observability';
import { audit, type Transaction, UnitOfWork } from '#libs/persistence';
import { PersonFacts } from '../../people/people.module.js';
import { ImportTurn } from '../import-turn.pg.js';
import { keepWhoDiffers, nextToCompare, takeNextOfAll } from './anew-steps.pg.js';
import { derive } from './derivation.pg.js';
import {
  batchTables,
  deriveLinks,
  derivePlaces,
  homeIsNoFurtherSchool,
  tempBuffers,
} from './part-steps.pg.js';
import { rewrittenRows } from './rewritten-rows.js';

const peoplePerBatch = 1_000;

/**
 * Compares everybody with what is stated of them, after each full export of a whole source, whose statements are right
 * then: a row that somebody wrote past any import would stand until the person changes by itself. Whoever differs is
 * derived anew, told, journalled and counted, which rings. Between imports, in bounded batches.
 */
@Injectable()
export class MendPeople {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly imports: ImportTurn,
    private readonly facts: PersonFacts,
    private readonly outbox: Outbox,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** One batch, whole or not at all; false when nobody is left, or an import runs. */
  async someOf(limit = peoplePerBatch): Promise<boolean> {
    let mended: readonly string[] = [];
    const goesOn = await this.unitOfWork.run(async (tx) => {
      const [next] = await tx.rows<{ source: string; comparedTo: string }>(nextToCompare);
      if (!next || !(await this.imports.take(tx))) return false;
      await tx.query(tempBuffers);
      await tx.query(batchTables);
      const taken = await tx.rows<{ person_id: string }>(takeNextOfAll, [next.comparedTo, limit]);
      if (taken.length > 0) mended = await this.mend(tx);
      const last = taken
        .map(({ person_id }) => person_id)
        .sort()
        .at(-1);
      await tx.query('update declared_source set compared_to = $2 where source_code = $1', [
        ...[next.source, last ?? null],
      ]);
      return true;
    });
    if (mended.length > 0) {
      rewrittenRows.inc({ what: 'person' }, mended.length);
      this.logger.error({ personIds: mended }, 'people stood otherwise than they are stated');
    }
    return goesOn;
  }

  /** Of the people of the batch; whoever differed. */
  private async mend(tx: Transaction): Promise<string[]> {
    for (const sql of [derivePlaces, homeIsNoFurtherSchool, deriveLinks]) await tx.query(sql);
    const rows = await tx.rows<{ person_id: string }>(keepWhoDiffers);
    await tx.query('delete from derived_place; delete from derived_link');
    const personIds = rows.map(({ person_id }) => person_id);
    if (personIds.length === 0) return [];
    const day = await this.businessDate.today(tx);
    await derive(tx, { day });
    await this.outbox.add(tx, ...(await this.facts.of(tx, personIds, '')));
    await audit(tx, {
      actor: 'directory',
      action: 'people.mended',
      subject: `day:${day}`,
      businessDate: day,
      details: { count: personIds.length, personIds },
    });
    return personIds;
  }
}
