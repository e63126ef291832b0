import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { checkChangeable, checkNote, type Draft } from '../domain/draft.js';
import type { OrderLine } from '../domain/order.js';
import { checkPreparable } from '../domain/order-ledger.js';
import { type DraftNamed, Drafts } from './drafts.pg.js';

export type ChangeDraftInput = DraftNamed & {
  readonly lines: readonly OrderLine[];
  readonly note: string;
};

/** Replaces what a draft says, from the version that was seen: a later one is never overwritten. */
@Injectable()
export class ChangeDraft {
  constructor(
    private readonly commands: Commands,
    private readonly drafts: Drafts,
  ) {}

  /** Throws NotVisible, DraftStale, DraftClosed, NoteInvalid and what `checkPreparable` throws. */
  execute({ caller, ...asked }: ChangeDraftInput): Promise<Draft> {
    const { lines, note, expectedVersion } = asked;
    return this.commands.attempt(
      { operation: 'ChangeDraft', action: 'draft.changed', request: asked, caller },
      async (tx, today) => {
        const { draft, ledger } = await this.drafts.lockOwn(tx, { ...asked, caller }, today);
        checkChangeable(draft, expectedVersion);
        checkNote(note);
        checkPreparable(ledger, lines);
        const version = draft.version + 1;
        const changed = { ...draft, lines, note, changedBy: caller.userId, version };
        await this.drafts.save(tx, changed);
        return changed;
      },
      ({ membershipId, draftId, version }) => ({
        subject: `membership:${membershipId}`,
        restsOn: draftId,
        details: { lines, note, version },
      }),
    );
  }
}
