import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import { accept } from '../domain/draft-answer.js';
import { requireDraft } from '../domain/invoice.js';
import { DraftAnswers } from './draft-answers.pg.js';
import { answeredEvent } from '../invoices.events.js';
import { Invoices } from '../invoices.pg.js';
import { ViewInvoices } from '../view-invoices.js';

export type AcceptDraftInput = {
  readonly invoiceId: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** The member certifies the service fait (BIL-9): its invoice waits for nothing any more. */
@Injectable()
export class AcceptDraft {
  constructor(
    private readonly commands: Commands,
    private readonly view: ViewInvoices,
    private readonly invoices: Invoices,
    private readonly answers: DraftAnswers,
    private readonly outbox: Outbox,
  ) {}

  /** Throws NotVisible, and what `accept` throws. */
  async execute({ invoiceId, caller, idempotencyKey }: AcceptDraftInput): Promise<void> {
    const { id } = await this.view.get(caller, invoiceId);
    await this.commands.run(
      { operation: 'AcceptDraft', action: 'invoice.accepted', subject: `invoice:${id}` },
      { invoiceId: id, caller, idempotencyKey },
      async (tx, today) => {
        const draft = await this.invoices.findForFinalising(tx, id);
        const answer = accept(draft, today);
        await this.answers.add(tx, requireDraft(draft), answer);
        await this.outbox.add(tx, answeredEvent({ ...draft, answers: [...draft.answers, answer] }));
        return id;
      },
    );
  }
}
