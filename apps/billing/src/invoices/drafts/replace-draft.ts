import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { addDays, type LocalDate } from '#libs/time';
import { composeDraft, evidenceOf, partiesOn } from './compose-draft.js';
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

  /** What takes its place, by all that is known today; of another difference nothing does, since two persons agree on it. */
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

  /** The same figures for the parties of the day: two persons agreed on these, not on an address. */
  readdressed(
    draft: DraftInvoice,
    known: Basis,
    metered: CollectedUsage,
    today: LocalDate,
  ): DraftInvoice {
    const contestableUntil = addDays(today, known.terms.contestDays);
    return {
      ...{ ...draft, ...partiesOn(known, today), evidence: evidenceOf(known, metered) },
      ...{ id: randomUUID(), answers: [], draftedOn: today, contestableUntil },
    };
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
