import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import { Papers } from '../../papers/papers.module.js';
import { contest } from '../domain/draft-answer.js';
import { requireDraft } from '../domain/invoice.js';
import { DraftAnswers } from './draft-answers.pg.js';
import { answeredEvent } from '../invoices.events.js';
import { Invoices } from '../invoices.pg.js';
import { ViewInvoices } from '../view-invoices.js';

export type ContestDraftInput = {
  readonly invoiceId: string;
  /** As the supplier reads it. */
  readonly reason: string;
  /** A document of the member's file; empty: none. */
  readonly documentId: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** The member contests a draft (BIL-9): no number before the supplier has maintained it, or drafted another. */
@Injectable()
export class ContestDraft {
  constructor(
    private readonly commands: Commands,
    private readonly view: ViewInvoices,
    private readonly invoices: Invoices,
    private readonly answers: DraftAnswers,
    private readonly papers: Papers,
    private readonly outbox: Outbox,
  ) {}

  /** Throws NotVisible, PaperNotDeposited, and what `contest` throws. */
  async execute(input: ContestDraftInput): Promise<void> {
    const { reason, documentId, caller, idempotencyKey } = input;
    const { id, buyer, marketCode } = await this.view.get(caller, input.invoiceId);
    const owner = { marketCode, organisationId: buyer.organisationId };
    const paper = documentId === '' ? undefined : await this.papers.ofMember(documentId, owner);
    const said = { reason, ...(paper ? { paper } : {}) };
    await this.commands.run(
      {
        ...{ operation: 'ContestDraft', action: 'invoice.contested' },
        subject: `invoice:${id}`,
        restsOn: paper?.sha256 ?? '',
      },
      { invoiceId: id, reason, documentId, caller, idempotencyKey },
      async (tx, today) => {
        const draft = await this.invoices.findForFinalising(tx, id);
        const answer = contest(draft, said, today);
        await this.answers.add(tx, requireDraft(draft), answer);
        await this.outbox.add(tx, answeredEvent({ ...draft, answers: [...draft.answers, answer] }));
        return id;
      },
    );
  }
}
