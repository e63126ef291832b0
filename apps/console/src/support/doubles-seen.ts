import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { Clients } from '../clients/clients.module.js';
import { People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { scopeOf } from './scope.js';
import { PersonNotFound } from './support-problems.js';

/**
 * Of two who may be one, or have become one, support decides where it may see both: its rights end with its markets
 * (SUP-1), which the directory does not know. A head's reach is the directory's to judge (DIR-2).
 */
@Injectable()
export class DoublesSeen {
  constructor(
    private readonly people: People,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Of a request that names a question or a merge; what is not there, its owner refuses. Throws PersonNotFound. */
  async require(
    visitor: Visitor,
    { pairId, mergeId }: { readonly pairId?: string; readonly mergeId?: string },
  ): Promise<void> {
    if (!pairId && !mergeId) return;
    const scope = await scopeOf(visitor, this.businessDate);
    if (scope.kind !== 'MARKETS') return;
    for (const personId of await this.bothOf(visitor, pairId, mergeId))
      if (!(await this.people.sees(scope, personId))) throw new PersonNotFound();
  }

  /** Ids alone: nobody is shown, so there is no look to write down. */
  private async bothOf(visitor: Visitor, pairId = '', mergeId = ''): Promise<readonly string[]> {
    const { directory } = this.clients.of(visitor);
    if (pairId) {
      const { doubles } = await directory.listDoubles({ pairId, limit: 1 });
      return doubles.flatMap(({ known, newcomer }) => [known!.personId, newcomer!.personId]);
    }
    const { merges } = await directory.listMerges({ mergeId, limit: 1 });
    // Whom an import took for somebody else never was anybody: there is no other one to see.
    return merges.flatMap(({ survivorId, absorbedId, decidedBy }) =>
      decidedBy === 'IMPORT' ? [survivorId] : [survivorId, absorbedId],
    );
  }
}
