import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { composeDraft } from './compose-draft.js';
import { type DraftInvoice, withdraw } from '../domain/invoice.js';
import { Drafts } from './drafts.pg.js';
import { draftedEvent, withdrawnEvent } from '../invoices.events.js';
import type { Basis } from './pricing-basis.js';
import type { CollectedUsage } from './collect-usage.js';

/** A draft is taken back, and its period drafted anew where that is wanted and something is to be invoiced (BIL-9). */
@Injectable()
export class ReplaceDraft {
  constructor(
    private readonly drafts: Drafts,
    private readonly outbox: Outbox,
  ) {}

  /** What takes its place, by all that is known today; a difference is never redrafted, since two persons agree on it. */
  composed(
    { kind, period, revision, corrects }: DraftInvoice,
    known: Basis,
    metered: CollectedUsage,
    today: LocalDate,
  ): DraftInvoice | undefined {
    if (kind !== 'INVOICE') return undefined;
    const composed = composeDraft(known, period, metered, today);
    return composed && { ...composed, revision, ...(corrects ? { corrects } : {}) };
  }

  /** Both in the caller's transaction, the draft locked: killed anywhere, it is one or the other. */
  async execute(
    tx: Transaction,
    draft: DraftInvoice,
    anew: DraftInvoice | undefined,
    { reason, today }: { readonly reason: string; readonly today: LocalDate },
  ): Promise<void> {
    const taken = withdraw(draft, reason, today);
    const runId = await this.drafts.saveWithdrawn(tx, taken);
    await this.outbox.add(tx, withdrawnEvent(taken));
    if (anew === undefined) return;
    await this.drafts.insert(tx, [anew], runId);
    await this.outbox.add(tx, draftedEvent(anew));
  }
}
