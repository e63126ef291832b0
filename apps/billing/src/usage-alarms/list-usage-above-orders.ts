import { Inject, Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { Gauge, loggerToken, type Logger, registry } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { UsageGateway } from '../invoices/invoices.module.js';
import { Members } from '../members/members.module.js';
import { type DaysAbove, daysAbove, orderedSteps } from './domain/usage-above-orders.js';

export type UsageAlarm = DaysAbove & {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly itemCode: string;
  readonly label: string;
};
export type UsageAlarms = {
  /** First day not looked at: the service's date. */
  readonly until: LocalDate;
  /** The gravest first. */
  readonly alarms: readonly UsageAlarm[];
};

const above = new Gauge({
  name: 'ent_usage_above_orders_account_days',
  help: 'Account-days of past days beyond what was ordered (MTR-1), when last looked at, by market',
  labelNames: ['market'],
  registers: [registry],
});

/** On which days more accounts were open than ordered: billing has the orders, metering says the accounts (MTR-1, BIL-1). */
@Injectable()
export class ListUsageAboveOrders {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: Members,
    private readonly usage: UsageGateway,
    private readonly businessDate: BusinessDate,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Throws MarketUnknown, and what metering refuses. */
  async execute(marketCode: string): Promise<UsageAlarms> {
    const { terms, until } = await this.unitOfWork.run(async (tx) => ({
      terms: await this.members.market(tx, marketCode),
      until: await this.businessDate.today(tx),
    }));
    const orders = new Map(
      (await this.members.ordersOf(marketCode)).map((one) => [one.membershipId, one]),
    );
    const alarms: UsageAlarm[] = [];
    for (const { membershipId, items } of await this.usage.ofMarket(marketCode, until)) {
      const member = orders.get(membershipId);
      for (const { itemCode, openAccounts } of items) {
        const lines = member?.lines.filter((line) => line.itemCode === itemCode) ?? [];
        const ordered = orderedSteps(member?.period ?? null, lines);
        const label = terms.items.find(({ code }) => code === itemCode)?.label ?? itemCode;
        const organisationName = member?.organisationName ?? '';
        const about = { membershipId, organisationName, itemCode, label };
        alarms.push(
          ...daysAbove(openAccounts, ordered, until).map((days) => ({ ...about, ...days })),
        );
      }
    }
    alarms.sort((left, right) => right.accountDays - left.accountDays);
    this.tell(marketCode, alarms);
    return { until, alarms };
  }

  /** For who has other work to do: an answer that does not come is told in the log. */
  async watch(marketCode: string): Promise<void> {
    try {
      await this.execute(marketCode);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.logger.warn(
        { market: marketCode, code: error.code },
        'usage not set against the orders',
      );
    }
  }

  private tell(marketCode: string, alarms: readonly UsageAlarm[]): void {
    const accountDays = alarms.reduce((sum, one) => sum + one.accountDays, 0);
    above.set({ market: marketCode }, accountDays);
    if (alarms.length === 0) return;
    const memberships = new Set(alarms.map(({ membershipId }) => membershipId)).size;
    this.logger.warn({ market: marketCode, memberships, accountDays }, 'usage above orders');
  }
}
