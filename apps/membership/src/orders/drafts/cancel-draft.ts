import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { checkChangeable, type Draft } from '../domain/draft.js';
import { Drafts } from './drafts.pg.js';
import { type DraftNamed, LockDraft } from './lock-draft.js';

/** Gives a draft up (ORD-1): it is kept, and never signed. */
@Injectable()
export class CancelDraft {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly lockDraft: LockDraft,
    private readonly drafts: Drafts,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Cancelled already: nothing changes, whatever the version seen. Throws NotVisible, DraftStale, DraftClosed. */
  execute(named: DraftNamed): Promise<Draft> {
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const { draft } = await this.lockDraft.execute(tx, named, today);
      if (draft.status === 'CANCELLED') return draft;
      checkChangeable(draft, named.expectedVersion);
      const changedBy = named.caller.userId;
      const cancelled = {
        ...draft,
        status: 'CANCELLED',
        changedBy,
        version: draft.version + 1,
      } as const;
      await this.drafts.save(tx, cancelled);
      await audit(tx, {
        action: 'draft.cancelled',
        subject: `membership:${draft.membershipId}`,
        actor: changedBy,
        restsOn: draft.draftId,
        businessDate: today,
        details: { version: cancelled.version },
      });
      return cancelled;
    });
  }
}
