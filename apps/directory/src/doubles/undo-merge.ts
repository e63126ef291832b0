import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, rolesOf } from '#libs/identity';
import { ImportRuns, ImportTurn } from '../synchronisation/synchronisation.module.js';
import { MergeNotLast, MergeUndone, MergeUnknown } from './domain/double-problems.js';
import { reachOf } from './domain/reach.js';
import { DoubtfulPairs } from './doubtful-pairs.pg.js';
import { Merges } from './merges.pg.js';

/** Two who were taken for one are two again, each with what is its own (DIR-2); nobody is asked about them again. */
@Injectable()
export class UndoMerge {
  constructor(
    private readonly commands: Commands,
    private readonly imports: ImportTurn,
    private readonly pairs: DoubtfulPairs,
    private readonly merges: Merges,
  ) {}

  /** Throws MergeUnknown, MergeUndone, MergeNotLast, ImportRuns. */
  async execute({
    mergeId,
    idempotencyKey,
    caller,
  }: {
    readonly mergeId: string;
    readonly idempotencyKey: string;
    readonly caller: Caller;
  }): Promise<void> {
    const reach = reachOf({ roles: rolesOf(caller), uais: caller.uais });
    await this.commands.run(
      { operation: 'UndoMerge', action: 'people.parted', subject: `merge:${mergeId}` },
      { mergeId, idempotencyKey, caller },
      async (tx, on) => {
        if (!(await this.imports.take(tx))) throw new ImportRuns();
        const merge = await this.merges.lock(tx, reach, mergeId);
        if (!merge) throw new MergeUnknown();
        if (merge.isUndone) throw new MergeUndone();
        if (merge.laterMergeId) throw new MergeNotLast(merge.laterMergeId);
        await this.merges.undo(tx, mergeId, on, caller.userId);
        await this.pairs.forget(tx, mergeId);
        await this.pairs.answer(tx, merge.pairId, { answer: 'DIFFERENT', by: caller.userId, on });
        return {};
      },
    );
  }
}
