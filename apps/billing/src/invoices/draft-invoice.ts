import { Injectable } from '@nestjs/common';
import { BusinessDate, Outbox } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { type LocalDate, type Period } from '#libs/time';
import { type LedgerHead } from '../members/members.module.js';
import { type UsageOf } from './collect-usage.js';
import { composeDraft } from './compose-draft.js';
import { type DraftInvoice as Draft } from './domain/invoice.js';
import { draftedEvent } from './invoices.events.js';
import { Drafts } from './drafts.pg.js';
import { ReachedBasis } from './reached-basis.js';

export type DraftInvoiceInput = {
  readonly runId: string;
  readonly period: Period;
  /** As metering stated it for all that the run drafts together. */
  readonly usageOf: UsageOf;
  /** Version and ledger head that the copy must have reached (BIL-5). */
  readonly head: LedgerHead;
};

export type DraftOutcome = 'DRAFTED' | 'ALREADY_THERE' | 'WITHOUT_LINE';

/** One membership, one period → a draft with its evidence and explanation, or nothing to invoice. */
@Injectable()
export class DraftInvoice {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly basis: ReachedBasis,
    private readonly drafts: Drafts,
    private readonly outbox: Outbox,
    private readonly businessDate: BusinessDate,
  ) {}

  /**
   * All in one transaction, with what `settle` keeps of the outcome: killed anywhere, there is the whole draft or none
   * of it (BIL-5).
   */
  async execute(
    { runId, usageOf, period, head }: DraftInvoiceInput,
    settle: (tx: Transaction, outcome: DraftOutcome, today: LocalDate) => Promise<void>,
  ): Promise<DraftOutcome> {
    const metered = usageOf(head.membershipId);
    return this.unitOfWork.run(async (tx) => {
      // The day first, then the membership: a day start locks in this order too.
      const today = await this.businessDate.today(tx);
      const known = await this.basis.now(tx, head);
      const draft = composeDraft(known, period, metered, today);
      const outcome = draft === undefined ? 'WITHOUT_LINE' : await this.save(tx, draft, runId);
      await settle(tx, outcome, today);
      return outcome;
    });
  }

  private async save(tx: Transaction, draft: Draft, runId: string): Promise<DraftOutcome> {
    if (!(await this.drafts.insert(tx, draft, runId))) return 'ALREADY_THERE';
    await this.outbox.add(tx, draftedEvent(draft));
    return 'DRAFTED';
  }
}
