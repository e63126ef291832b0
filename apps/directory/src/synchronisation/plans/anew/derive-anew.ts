import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { type StructureRow, toStructureChanged } from '../../../structures/structures.module.js';
import { deriveSchoolsAnew, keepWhoChanges, takeNext } from '../steps/anew-steps.pg.js';
import { PeopleAnew } from './people-anew.js';

const peoplePerBatch = 1_000;

/**
 * Who was derived by other priorities than those that are declared now is derived anew (DIR-5), so that it does not
 * matter when a source was declared so: between imports, in bounded batches, and only who changes by it.
 */
@Injectable()
export class DeriveAnew {
  constructor(
    private readonly people: PeopleAnew,
    private readonly outbox: Outbox,
  ) {}

  /** One batch, whole or not at all; false when nobody is left, or an import runs. */
  async someOf(limit = peoplePerBatch): Promise<boolean> {
    const changed = await this.people.someOf(
      {
        ...{ to: 'derived_to', take: takeNext, whoDiffers: keepWhoChanges },
        begin: (tx, source) => this.schools(tx, source),
      },
      limit,
    );
    return changed !== undefined;
  }

  private async schools(tx: Transaction, source: string): Promise<void> {
    const changed = await tx.rows<StructureRow>(deriveSchoolsAnew, [null, source]);
    await this.outbox.add(tx, ...changed.map((row) => toStructureChanged(row, '')));
  }
}
