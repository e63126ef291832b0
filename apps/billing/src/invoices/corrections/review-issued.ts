import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { LOGGER, type Logger } from '#libs/observability';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { Members } from '../../members/members.module.js';
import { type ItemUsage } from '../domain/invoice.js';
import { Invoices } from '../invoices.pg.js';
import { UsageGateway } from '../usage.gateway.js';
import { InvoiceReviews } from './invoice-reviews.pg.js';
import { MendingOfInvoices } from './mending-of-invoices.js';

const reviewedAtOnce = 500;

/** Compares each issued invoice with the facts that came after it (MTR-3, ORD-4): what differs is listed, nothing is issued. */
@Injectable()
export class ReviewIssued {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly reviews: InvoiceReviews,
    private readonly invoices: Invoices,
    private readonly mending: MendingOfInvoices,
    private readonly members: Members,
    private readonly usage: UsageGateway,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(isStopping: () => boolean = () => false): Promise<void> {
    for (const id of await this.reviews.due(reviewedAtOnce)) {
      if (isStopping()) return;
      await this.unitOfWork.run((tx) => this.review(tx, id));
    }
    await this.byUsage(isStopping);
  }

  /** A market's usage is asked once for all its invoices; where metering does not answer, at the next look. */
  private async byUsage(isStopping: () => boolean): Promise<void> {
    const due = await this.reviews.dueByUsage(reviewedAtOnce);
    for (const [marketCode, invoices] of Map.groupBy(due, (one) => one.marketCode)) {
      const usage = await this.usageOf(marketCode);
      if (usage === undefined) continue;
      for (const { id } of invoices) {
        if (isStopping()) return;
        await this.unitOfWork.run((tx) => this.review(tx, id, usage));
      }
    }
  }

  private async usageOf(marketCode: string) {
    try {
      const until = await this.businessDate.today();
      const members = await this.usage.ofMarket(marketCode, until);
      return new Map(members.map(({ membershipId, items }) => [membershipId, items]));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.logger.warn({ err: error, marketCode }, 'issued invoices not compared with usage');
      return undefined;
    }
  }

  /** The version is read before the facts: one that comes meanwhile has it compared again. */
  private async review(
    tx: Transaction,
    invoiceId: string,
    ofMarket?: ReadonlyMap<string, readonly ItemUsage[]>,
  ): Promise<void> {
    const today = await this.businessDate.today(tx);
    const invoice = await this.invoices.read(tx, invoiceId);
    const usage = ofMarket ? (ofMarket.get(invoice.membershipId) ?? []) : invoice.evidence.usage;
    const version = await this.members.version(tx, invoice.membershipId);
    const toMend = await this.mending.glance(tx, invoice, usage).then(
      (mended) => mended?.mending !== undefined,
      (error: unknown) => {
        // Priced no more (a price is missing): somebody must look at it.
        if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
        this.logger.error({ err: error, invoiceId }, 'issued invoice cannot be compared');
        return true;
      },
    );
    if (toMend) this.logger.info({ invoiceId }, 'issued invoice is to be mended');
    await this.reviews.keep(tx, invoiceId, { version, today, toMend });
  }
}
