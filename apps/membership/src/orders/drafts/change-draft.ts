import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { checkChangeable, checkNote, type Draft } from '../domain/draft.js';
import type { OrderLine } from '../domain/order.js';
import { checkPreparable } from '../domain/order-ledger.js';
import { Drafts } from './drafts.pg.js';
import { type DraftNamed, LockDraft } from './lock-draft.js';

export type ChangeDraftInput = DraftNamed & {
  readonly lines: readonly OrderLine[];
  readonly note: string;
};

/** Replaces what a draft says, from the version that was seen: a later one is never overwritten. */
@Injectable()
export class ChangeDraft {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly lockDraft: LockDraft,
    private readonly drafts: Drafts,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws NotVisible, DraftStale, DraftClosed, NoteInvalid and what `checkPreparable` throws. */
  execute({ lines, note, ...named }: ChangeDraftInput): Promise<Draft> {
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const { draft, ledger } = await this.lockDraft.execute(tx, named, today);
      checkChangeable(draft, named.expectedVersion);
      checkNote(note);
      checkPreparable(ledger, lines);
      const changedBy = named.caller.userId;
      const changed = { ...draft, lines, note, changedBy, version: draft.version + 1 };
      await this.drafts.save(tx, changed);
      await audit(tx, {
        action: 'draft.changed',
        subject: `membership:${draft.membershipId}`,
        actor: changedBy,
        restsOn: draft.draftId,
        businessDate: today,
        details: { lines, note, version: changed.version },
      });
      return changed;
    });
  }
}
