import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PrepareDraftRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { checkNote, type Draft, newDraft } from '../domain/draft.js';
import type { OrderLine } from '../domain/order.js';
import { checkPreparable } from '../domain/order-ledger.js';
import { Drafts } from './drafts.pg.js';
import { OrderLedgers, requireOwnLedger } from '../ledger/order-ledgers.pg.js';

export type PrepareDraftInput = Asked<PrepareDraftRequest, { lines: readonly OrderLine[] }>;

/** Prepares a bon de commande to be signed later (ORD-1): it counts in no O meanwhile. */
@Injectable()
export class PrepareDraft {
  constructor(
    private readonly commands: Commands,
    private readonly ledgers: OrderLedgers,
    private readonly drafts: Drafts,
  ) {}

  /** The same key gives the first answer again. Throws NotVisible, NoteInvalid and what `checkPreparable` throws. */
  execute({ idempotencyKey, caller, ...asked }: PrepareDraftInput): Promise<Draft> {
    const { membershipId, lines, note } = asked;
    return this.commands.attempt(
      {
        operation: 'PrepareDraft',
        request: asked,
        caller,
        idempotencyKey,
        action: 'draft.prepared',
        refused: { subject: `membership:${membershipId}`, details: { lines } },
      },
      async (tx, today, journal) => {
        const found = await this.ledgers.findForUpdate(tx, membershipId, today);
        const ledger = requireOwnLedger(caller, found);
        checkNote(note);
        checkPreparable(ledger, lines);
        const draftId = randomUUID();
        const of = { draftId, membershipId, lines, note, itemCode: null };
        const draft = newDraft(of, caller.userId, today);
        await this.drafts.add(tx, draft);
        await journal({ restsOn: draftId, details: { lines, note } });
        return draft;
      },
    );
  }
}
