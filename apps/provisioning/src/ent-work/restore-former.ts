import { Injectable } from '@nestjs/common';
import { EntGateway, EntUnavailable } from '../ent/ent.module.js';
import type { EntOutcome, EntTask } from './ent-task.js';
import { KnownPlaces } from './known-places.pg.js';
import { isSame } from './place-changes.js';

/**
 * Who comes back gets the user of before, with login and content, as long as the ENT keeps it (PRV-3). It comes back where
 * it was, with its family of then: that it leaves at once, since the new account's books know nothing of it.
 */
@Injectable()
export class RestoreFormer {
  constructor(
    private readonly ent: EntGateway,
    private readonly known: KnownPlaces,
  ) {}

  /** Undefined: there is none, or none any more. Throws EntRefused, EntUnavailable. May run twice. */
  async execute(
    task: EntTask,
  ): Promise<Pick<EntOutcome, 'entId' | 'login' | 'takenOverAs'> | undefined> {
    if (task.former === null || !task.former.isRemoved) return undefined;
    const { entId } = task.former;
    const before = await this.ent.whereaboutsOf(entId);
    if (before.is === 'ABSENT') return undefined;
    if (before.is === 'PRE_DELETED') await this.ent.restore(entId);
    const { login, externalId } = before;
    await this.leaveWhatWas(task, entId);
    return { entId, login, takenOverAs: externalId };
  }

  private async leaveWhatWas({ placesToJoin }: EntTask, entId: string): Promise<void> {
    const found = await this.ent.whereaboutsOf(entId);
    if (found.is !== 'PRESENT') throw new EntUnavailable('ENT_FAULT');
    const uais = new Set(placesToJoin.map(({ uai }) => uai));
    for (const { entId: structureId, uai } of found.structures)
      if (!uais.has(uai)) await this.ent.leaveStructure(structureId, entId);
    // A guardian of then is perhaps none any more; who still is one is linked anew, as for any account that is made.
    for (const parentId of found.parentEntIds) await this.ent.unrelate(entId, parentId);
    for (const childId of found.childEntIds) await this.ent.unrelate(childId, entId);
    for (const place of found.classes) {
      if (!uais.has(place.uai) || placesToJoin.some((wanted) => isSame(wanted, place))) continue;
      const classId = await this.known.classId(place.uai, place.label);
      if (classId !== undefined) await this.ent.leaveClass(classId, entId);
    }
  }
}
