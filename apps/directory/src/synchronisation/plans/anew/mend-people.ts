import { Inject, Injectable } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { BusinessDate, Outbox } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import { type StructureRow, toStructureChanged } from '../../../structures/structures.module.js';
import { deriveEverySchool, keepWhoDiffers, takeNextOfAll } from '../steps/anew-steps.pg.js';
import { mendIdentifiers } from '../steps/identifier-steps.pg.js';
import { PeopleAnew } from './people-anew.js';
import { rewrittenRows } from '../steps/rewritten-rows.js';

const peoplePerBatch = 1_000;

/**
 * Compares everybody, and first the schools, with what is stated of them, after each full export of a whole source, whose
 * statements are right then: a row that somebody wrote past any import would stand until the person changes by itself.
 * Whoever differs is derived anew, told, journalled and counted, which rings. Between imports, in bounded batches.
 */
@Injectable()
export class MendPeople {
  constructor(
    private readonly people: PeopleAnew,
    private readonly businessDate: BusinessDate,
    private readonly outbox: Outbox,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** One batch, whole or not at all; false when nobody is left, or an import runs. */
  async someOf(limit = peoplePerBatch): Promise<boolean> {
    let uais: readonly string[] = [];
    const mended = await this.people.someOf(
      {
        ...{ to: 'compared_to', take: takeNextOfAll, whoDiffers: keepWhoDiffers },
        begin: async (tx) => void (uais = await this.schools(tx)),
        prepare: mendIdentifiers,
        journal: (tx, personIds, day) =>
          audit(tx, {
            actor: 'directory',
            action: 'people.mended',
            subject: `day:${day}`,
            businessDate: day,
            details: { count: personIds.length, personIds },
          }),
      },
      limit,
    );
    if (mended && mended.length > 0) {
      rewrittenRows.inc({ what: 'person' }, mended.length);
      this.logger.error({ personIds: mended }, 'people stood otherwise than they are stated');
    }
    if (uais.length > 0) {
      rewrittenRows.inc({ what: 'school' }, uais.length);
      this.logger.error({ uais }, 'schools stood otherwise than they are stated');
    }
    return mended !== undefined;
  }

  private async schools(tx: Transaction): Promise<string[]> {
    const changed = await tx.rows<StructureRow>(deriveEverySchool, [null]);
    if (changed.length === 0) return [];
    await this.outbox.add(tx, ...changed.map((row) => toStructureChanged(row, '')));
    const uais = changed.map(({ uai }) => uai).sort();
    const day = await this.businessDate.today(tx);
    await audit(tx, {
      actor: 'directory',
      action: 'schools.mended',
      subject: `day:${day}`,
      businessDate: day,
      details: { count: uais.length, uais },
    });
    return uais;
  }
}
