import { Inject, Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, requireMarket } from '#libs/identity';
import { loggerToken, type Logger } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { type CollectedUsage, CollectUsage } from './collect-usage.js';
import { type Invoice, requireDraft } from '../domain/invoice.js';
import { Invoices } from '../invoices.pg.js';
import { PricingBasis } from './pricing-basis.js';
import { ReplaceDraft } from './replace-draft.js';

export type WithdrawDraftInput = {
  readonly invoiceId: string;
  /** As the member reads it. */
  readonly reason: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** The supplier takes a draft back, the member is told why, and the period is drafted anew in one step (BIL-9). */
@Injectable()
export class WithdrawDraft {
  constructor(
    private readonly commands: Commands,
    private readonly unitOfWork: UnitOfWork,
    private readonly invoices: Invoices,
    private readonly basis: PricingBasis,
    private readonly usage: CollectUsage,
    private readonly replaceDraft: ReplaceDraft,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /**
   * What cannot be drafted anew now (a price is missing, metering does not answer) is withdrawn all the same: a run drafts
   * it later. Throws InvoiceUnknown, InvoiceAlreadyFinalised, DraftWithdrawn.
   */
  async execute({ invoiceId, reason, caller, idempotencyKey }: WithdrawDraftInput): Promise<void> {
    const invoice = await this.invoices.get(invoiceId);
    requireMarket(caller, invoice.marketCode);
    // Asked outside any transaction: nobody waits for metering behind a lock.
    const metered = await this.orNothing(invoiceId, () => this.usageOf(invoice));
    await this.commands.run(
      {
        operation: 'WithdrawDraft',
        action: 'invoice.withdrawn',
        subject: `invoice:${invoiceId}`,
      },
      { invoiceId, reason, caller, idempotencyKey },
      async (tx, today) => {
        // Membership, then draft, both locked, as whoever reviews it locks them.
        const known = metered && (await this.basis.now(tx, invoice.membershipId));
        const draft = requireDraft(await this.invoices.findForFinalising(tx, invoiceId));
        const anew =
          known &&
          (await this.orNothing(invoiceId, () =>
            Promise.resolve(this.replaceDraft.composed(draft, known, metered, today)),
          ));
        await this.replaceDraft.execute(tx, draft, anew, { reason, today });
        return invoiceId;
      },
    );
  }

  private async usageOf({ membershipId, period }: Invoice): Promise<CollectedUsage | undefined> {
    const known = await this.unitOfWork.run((tx) => this.basis.glance(tx, membershipId));
    if (known === undefined) return undefined;
    const { basis, code: marketCode } = known.terms;
    return (await this.usage.execute({ basis, marketCode, period }, membershipId))(membershipId);
  }

  private async orNothing<T>(
    invoiceId: string,
    attempt: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.logger.warn({ err: error, invoiceId }, 'withdrawn draft is not made anew');
      return undefined;
    }
  }
}
