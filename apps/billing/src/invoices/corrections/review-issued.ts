import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { loggerToken, type Logger } from '#libs/observability';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { Members } from '../../members/members.module.js';
import type { ItemUsage } from '../domain/invoice.js';
import { within } from '../domain/metered-usage.js';
import { Invoices } from '../invoices.pg.js';
import { LateUsage } from './late-usage.pg.js';
import { UsageGateway } from '../drafts/usage.gateway.js';
import { type DueIssued, InvoiceReviews, type IssuedUsage } from './invoice-reviews.pg.js';
import { MendingOfInvoices } from './mending-of-invoices.js';

const reviewedAtOnce = 500;
const usageAtOnce = 2_000;

/** What metering counts now, and how often late facts had been told before it was asked. */
type UsageNow = { readonly usage: readonly ItemUsage[]; readonly lateFacts: number | undefined };

/**
 * Compares each issued invoice with the facts that came after it (MTR-3, ORD-4): what differs is listed, nothing is
 * issued. Late facts are told one by one; whatever was told, all usage is compared once a day, a market at a time.
 */
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
    private readonly lateUsage: LateUsage,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  async execute(isStopping: () => boolean = () => false): Promise<void> {
    const due = await this.reviews.due(reviewedAtOnce);
    const together = Map.groupBy(due, ({ isUsageOutdated, marketCode, period }) =>
      isUsageOutdated ? [marketCode, period.start, period.end].join(' ') : '',
    );
    for (const [asked, ofPeriod] of together) {
      const usage = asked === '' ? undefined : await this.usageOfPeriod(ofPeriod);
      // Metering does not answer: at the next look.
      if (asked !== '' && usage === undefined) continue;
      for (const { id, membershipId } of ofPeriod) {
        if (isStopping()) return;
        const now = usage?.(membershipId);
        await this.unitOfWork.run((tx) => this.review(tx, id, now));
      }
    }
    await this.byUsage(isStopping);
  }

  /** A market's usage is asked once for all its invoices; where metering does not answer, at the next look. */
  private async byUsage(isStopping: () => boolean): Promise<void> {
    let due = await this.reviews.dueByUsage(usageAtOnce);
    while (due.length > 0 && !isStopping()) {
      const { marketCode } = due[0]!;
      const ofMarket = await this.usageOfMarket(marketCode);
      if (ofMarket === undefined) return;
      const compared = due.filter((one) => one.marketCode === marketCode);
      const [same, others] = partition(compared, (one) => isAsInvoiced(one, ofMarket));
      const ids = same.map(({ id }) => id);
      await this.reviews.keepUsage(ids, await this.businessDate.today());
      for (const { id, membershipId } of others) {
        if (isStopping()) return;
        const now = { usage: ofMarket.get(membershipId) ?? [], lateFacts: undefined };
        await this.unitOfWork.run((tx) => this.review(tx, id, now));
      }
      due = await this.reviews.dueByUsage(usageAtOnce);
    }
  }

  /** Of one market and period: one alone is asked for by itself, several with all others. */
  private async usageOfPeriod(
    due: readonly DueIssued[],
  ): Promise<((membershipId: string) => UsageNow) | undefined> {
    const { marketCode, membershipId, period } = due[0]!;
    const asked = due.length > 1 ? undefined : membershipId;
    const heard = await this.lateUsage.heard(asked ?? '');
    const found = await this.orNothing(marketCode, () =>
      this.usage.ofPeriod(marketCode, period, asked),
    );
    return (
      found && ((id) => ({ usage: found.get(id)?.usage ?? [], lateFacts: heard.get(id) ?? 0 }))
    );
  }

  private async usageOfMarket(marketCode: string) {
    const until = await this.businessDate.today();
    const members = await this.orNothing(marketCode, () => this.usage.ofMarket(marketCode, until));
    return members && new Map(members.map(({ membershipId, items }) => [membershipId, items]));
  }

  private async orNothing<T>(marketCode: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.logger.warn({ err: error, marketCode }, 'issued invoices not compared with usage');
      return undefined;
    }
  }

  /** The version is read before the facts: one that comes meanwhile has it compared again. */
  private async review(tx: Transaction, invoiceId: string, now?: UsageNow): Promise<void> {
    const today = await this.businessDate.today(tx);
    const invoice = await this.invoices.read(tx, invoiceId);
    const usage = now?.usage ?? invoice.evidence.usage;
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
    await this.reviews.keep(tx, invoiceId, { version, lateFacts: now?.lateFacts, today, toMend });
  }
}

/** One that is to be mended is looked at however its usage stands: what it waited for may be gone. */
const isAsInvoiced = (
  { membershipId, period, usage, toMend }: IssuedUsage,
  ofMarket: ReadonlyMap<string, readonly ItemUsage[]>,
): boolean =>
  !toMend &&
  isDeepStrictEqual(within(usage, period), within(ofMarket.get(membershipId) ?? [], period));

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  const { true: first = [], false: second = [] } = Object.groupBy(all, (one) =>
    isFirst(one) ? 'true' : 'false',
  );
  return [first, second];
}
