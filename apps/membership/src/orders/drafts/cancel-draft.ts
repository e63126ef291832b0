import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { AuditSubject } from '#libs/persistence';
import { checkChangeable, type Draft } from '../domain/draft.js';
import { type DraftNamed, Drafts } from './drafts.pg.js';

/** Gives a draft up (ORD-1): it is kept, and never signed. */
@Injectable()
export class CancelDraft {
  constructor(
    private readonly commands: Commands,
    private readonly drafts: Drafts,
  ) {}

  /** Cancelled already: nothing changes, whatever the version seen. Throws NotVisible, DraftStale, DraftClosed. */
  execute(named: DraftNamed): Promise<Draft> {
    const { caller, ...request } = named;
    return this.commands.attempt(
      { operation: 'CancelDraft', action: 'draft.cancelled', request, caller },
      async (tx, today, journal) => {
        const { draft } = await this.drafts.lockOwn(tx, named, today);
        if (draft.status === 'CANCELLED') return draft;
        checkChangeable(draft, named.expectedVersion);
        const version = draft.version + 1;
        const cancelled = {
          ...draft,
          status: 'CANCELLED',
          changedBy: caller.userId,
          version,
        } as const;
        await this.drafts.save(tx, cancelled);
        const subject: AuditSubject = `membership:${draft.membershipId}`;
        await journal({ subject, restsOn: draft.draftId, details: { version } });
        return cancelled;
      },
    );
  }
}
