import { Injectable } from '@nestjs/common';
import { EntGateway, EntUnavailable } from '../ent/ent.module.js';
import { EntPlaces } from './ent-places.js';
import type { EntOutcome, EntTask } from './ent-task.js';
import { isSame } from './place-changes.js';

export type FormerUser = {
  readonly learnt: Pick<EntOutcome, 'entId' | 'login' | 'takenOverAs'> & { readonly entId: string };
  readonly stays: boolean;
};

type Family = { readonly parentEntIds: readonly string[]; readonly childEntIds: readonly string[] };

/**
 * Who comes back gets the user of before, with login and content, as long as the ENT keeps it (PRV-3). It comes back where
 * it was, with its family of then: that it leaves at once, since the new account's books know nothing of it.
 */
@Injectable()
export class RestoreFormer {
  constructor(
    private readonly ent: EntGateway,
    private readonly places: EntPlaces,
  ) {}

  /**
   * Undefined: there is none, or none any more. `stays`: it was never deleted, and is left in its classes and under its
   * names, whose changes wait for a plan (PRV-8). Throws EntRefused, EntUnavailable. May run twice.
   */
  async execute(task: EntTask): Promise<FormerUser | undefined> {
    if (!mayTakeOver(task)) return undefined;
    const { entId } = task.former;
    const structureIds = task.placesToJoin.flatMap((place) => place.structureId ?? []);
    const before = await this.ent.whereaboutsOf(entId, structureIds);
    if (before.is === 'ABSENT') return undefined;
    const stays = before.is === 'PRESENT' && task.former.isKept;
    if (before.is === 'PRE_DELETED') await this.ent.restore(entId);
    const { login, externalId } = before;
    if (stays) await this.leaveFamily(before, entId);
    else await this.leaveWhatWas(task, entId);
    return { learnt: { entId, login, takenOverAs: externalId }, stays };
  }

  private async leaveWhatWas({ home, placesToJoin }: EntTask, entId: string): Promise<void> {
    const found = await this.ent.whereaboutsOf(entId);
    if (found.is !== 'PRESENT') throw new EntUnavailable('ENT_FAULT');
    const uais = new Set(placesToJoin.map(({ uai }) => uai));
    const [kept, toLeave] = [true, false].map((isKept) =>
      found.structures.filter(({ uai }) => uais.has(uai) === isKept),
    );
    // An administrator of schools can neither read nor block a user that is in none (row G).
    if (kept!.length === 0) await this.ent.joinStructure(await this.structureOf(home), entId);
    for (const { entId: structureId } of toLeave!)
      await this.ent.leaveStructure(structureId, entId);
    await this.leaveFamily(found, entId);
    for (const place of await this.places.placesIn(entId, kept!)) {
      if (!uais.has(place.uai) || placesToJoin.some((wanted) => isSame(wanted, place))) continue;
      await this.ent.leaveClass(place.classId, entId);
    }
  }

  /** A guardian of then is perhaps none any more; who still is one is linked anew, as for any account that is made. */
  private async leaveFamily({ parentEntIds, childEntIds }: Family, entId: string): Promise<void> {
    for (const parentId of parentEntIds) await this.ent.unrelate(entId, parentId);
    for (const childId of childEntIds) await this.ent.unrelate(childId, entId);
  }

  private async structureOf({ structureId, uai, schoolName }: EntTask['home']): Promise<string> {
    return structureId ?? this.places.structure(uai, schoolName);
  }
}

/** A user that the books are just deleting is no one's to take over. */
export const mayTakeOver = (
  task: EntTask,
): task is EntTask & { readonly former: NonNullable<EntTask['former']> } =>
  task.former !== null && (task.former.isRemoved || task.former.isKept);
