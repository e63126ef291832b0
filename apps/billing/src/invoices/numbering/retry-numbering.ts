import { Inject, Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, requireMarket } from '#libs/identity';
import { loggerToken, type Logger } from '#libs/observability';
import { FinaliseInvoices } from './finalise-invoices.js';
import { Invoices } from '../invoices.pg.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { isNobodysFault, NumberingNotFailed, problemOf } from './numbering-problems.js';
import { ReviewDraft } from '../drafts/review-draft.js';
import { AskUsageOfDrafts } from '../drafts/ask-usage-of-drafts.js';
import { MeteringNotComplete } from '../drafts/usage-problems.js';

/** Numbers one draft that was set aside, or has it made anew where facts changed it, once its cause is mended (BIL-9). */
@Injectable()
export class RetryNumbering {
  constructor(
    private readonly commands: Commands,
    private readonly reviewDraft: ReviewDraft,
    private readonly finaliseInvoices: FinaliseInvoices,
    private readonly askUsage: AskUsageOfDrafts,
    private readonly failures: NumberingFailures,
    private readonly invoices: Invoices,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Throws InvoiceUnknown, NumberingNotFailed, or what kept it from its number again: it stays aside then. */
  async execute(caller: Caller, invoiceId: string): Promise<void> {
    const draft = await this.invoices.get(invoiceId);
    requireMarket(caller, draft.marketCode);
    try {
      const asked = await this.reviewDraft.execute(invoiceId, undefined, { asksMetering: true });
      if (asked !== 'STANDS') return;
      const { usage, unanswered } = await this.askUsage.execute([draft]);
      if (unanswered.size > 0) throw new MeteringNotComplete(draft.membershipId, draft.period);
      await this.commands.run(
        {
          operation: 'RetryNumbering',
          action: 'invoice.numbered',
          subject: `invoice:${invoiceId}`,
        },
        { invoiceId, caller },
        async (tx, today) => {
          if (!(await this.failures.forget(tx, invoiceId))) throw new NumberingNotFailed(invoiceId);
          await this.finaliseInvoices.one(tx, invoiceId, today, usage);
          return invoiceId;
        },
      );
    } catch (error) {
      if (error instanceof NumberingNotFailed || isNobodysFault(error)) throw error;
      this.logger.error({ err: error, invoiceId }, 'draft not numbered, it stays aside');
      await this.failures.park(invoiceId, problemOf(error));
      throw problemOf(error);
    }
  }
}
