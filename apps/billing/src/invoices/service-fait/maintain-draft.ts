import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import { maintain } from '../domain/draft-answer.js';
import { requireDraft } from '../domain/invoice.js';
import { DraftAnswers } from './draft-answers.pg.js';
import { answeredEvent } from '../invoices.events.js';
import { Invoices } from '../invoices.pg.js';
import { ViewInvoices } from '../view-invoices.js';

export type MaintainDraftInput = {
  readonly invoiceId: string;
  /** As the member reads it. */
  readonly reason: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** The supplier maintains what a member contested, and says why; else it withdraws the draft (BIL-9). */
@Injectable()
export class MaintainDraft {
  constructor(
    private readonly commands: Commands,
    private readonly view: ViewInvoices,
    private readonly invoices: Invoices,
    private readonly answers: DraftAnswers,
    private readonly outbox: Outbox,
  ) {}

  /** Throws NotVisible, and what `maintain` throws. */
  async execute({ invoiceId, reason, ...asked }: MaintainDraftInput): Promise<void> {
    const { id } = await this.view.get(asked.caller, invoiceId);
    await this.commands.run(
      { operation: 'MaintainDraft', action: 'invoice.maintained', subject: `invoice:${id}` },
      { invoiceId: id, reason, ...asked },
      async (tx, today) => {
        const draft = await this.invoices.findForFinalising(tx, id);
        const answer = maintain(draft, reason, today);
        await this.answers.add(tx, requireDraft(draft), answer);
        await this.outbox.add(tx, answeredEvent({ ...draft, answers: [...draft.answers, answer] }));
        return id;
      },
    );
  }
}
