import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PrepareDraftRequest } from '#libs/contracts';
import type { Asked, Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Commands, type Journal } from '#libs/commands';
import { checkNote, type Draft } from '../domain/draft.js';
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
  async execute({ idempotencyKey, caller, ...asked }: PrepareDraftInput): Promise<Draft> {
    return this.commands.attempt(
      {
        operation: 'PrepareDraft',
        request: asked,
        caller,
        idempotencyKey,
        action: 'draft.prepared',
        refused: {
          subject: `membership:${asked.membershipId}`,
          details: { lines: asked.lines },
        },
      },
      (tx, today, journal) => this.prepare(tx, asked, caller, today, journal),
    );
  }

  private async prepare(
    tx: Transaction,
    { membershipId, lines, note }: Omit<PrepareDraftInput, 'idempotencyKey' | 'caller'>,
    caller: Caller,
    today: LocalDate,
    journal: Journal,
  ): Promise<Draft> {
    const found = await this.ledgers.findForUpdate(tx, membershipId, today);
    const ledger = requireOwnLedger(caller, found);
    checkNote(note);
    checkPreparable(ledger, lines);
    const draft: Draft = {
      draftId: randomUUID(),
      membershipId,
      lines,
      note,
      cause: 'MEMBER',
      itemCode: null,
      preparedBy: caller.userId,
      preparedOn: today,
      changedBy: caller.userId,
      version: 1,
      status: 'DRAFT',
      orderId: null,
    };
    await this.drafts.add(tx, draft);
    await journal({ restsOn: draft.draftId, details: { lines, note } });
    return draft;
  }
}
