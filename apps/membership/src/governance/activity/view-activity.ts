import { Injectable } from '@nestjs/common';
import type { ListActivityRequest } from '#libs/contracts';
import { type AskedPage, type Caller, mayIn, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { Markets } from '../../contract/markets/markets.module.js';
import { Activity } from './activity.pg.js';

type Page = AskedPage<ListActivityRequest>;

/** Information on the group's activity (GOV-1, art. 4.1): to a member its own detail and the totals (SUP-3). */
@Injectable()
export class ViewActivity {
  constructor(
    private readonly activity: Activity,
    private readonly markets: Markets,
    private readonly businessDate: BusinessDate,
  ) {}

  async totals({ marketCode, caller }: { marketCode: string; caller: Caller }) {
    requireMarket(caller, marketCode);
    await this.markets.find(marketCode);
    const on = await this.businessDate.today();
    return { on, ...(await this.activity.totals(marketCode, on)) };
  }

  /** One row more than `limit` where there is one. */
  async list({ marketCode, after, limit, caller }: Page) {
    requireMarket(caller, marketCode);
    const organisationId = mayIn(caller, marketCode, 'coordinator', 'player')
      ? ''
      : caller.organisationId;
    if (organisationId === undefined) throw new NotVisible();
    const on = await this.businessDate.today();
    const page = { marketCode, organisationId, on, after, limit: limit + 1 };
    return { on, members: await this.activity.list(page) };
  }

  /** Names only where the last decision publishes them. One row more than `limit` where there is one. */
  async published({ marketCode, after, limit, caller }: Page) {
    requireMarket(caller, marketCode);
    const decision = await this.activity.decision(marketCode);
    if (decision?.content !== 'NAMES') return { decision, members: [] };
    const on = await this.businessDate.today();
    const page = { marketCode, on, after, limit: limit + 1 };
    return { decision, members: await this.activity.published(page) };
  }
}
