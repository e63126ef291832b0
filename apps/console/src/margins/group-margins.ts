import { Injectable } from '@nestjs/common';
import { requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { MarginsQuery } from './margins.dto.js';

/**
 * Members near their floor or maximum, the group's ceilings (ORD-2, ORD-6), days of more accounts than ordered
 * (MTR-1): membership and billing count, the console carries.
 */
@Injectable()
export class GroupMargins {
  constructor(private readonly clients: Clients) {}

  async list(
    visitor: Visitor,
    { market: marketCode, bound, accounts, percent, ...page }: MarginsQuery,
  ) {
    requireMarket(visitor, marketCode);
    const answer = await this.clients.of(visitor).margins.listMargins({
      marketCode,
      bound,
      page,
      ...(accounts === undefined ? {} : { accounts }),
      ...(percent === undefined ? {} : { percent }),
    });
    return {
      on: answer.on,
      margins: answer.margins.map((row) => ({
        membershipId: row.membershipId,
        organisationName: row.organisationName,
        itemCode: row.itemCode,
        label: row.label,
        on: row.on,
        ordered: row.ordered,
        bound: row.bound,
        margin: row.margin,
      })),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  async ceilings(visitor: Visitor, marketCode: string) {
    requireMarket(visitor, marketCode);
    const { on, ceilings } = await this.clients.of(visitor).margins.getCeilings({ marketCode });
    return {
      on,
      ceilings: ceilings.map((ceiling) => ({
        itemCode: ceiling.itemCode,
        label: ceiling.label,
        groupMaximum: ceiling.groupMaximum,
        memberMaximum: ceiling.memberMaximum,
        orderedToday: ceiling.orderedToday,
        peak: ceiling.peak,
        peakOn: ceiling.peakOn,
        usedPerMille: ceiling.usedPerMille,
        warningPercent: ceiling.warningPercent,
        warning: ceiling.warning,
        steps: ceiling.steps.map(({ from, ordered }) => ({ from, ordered })),
      })),
    };
  }

  async usageAboveOrders(visitor: Visitor, marketCode: string) {
    requireMarket(visitor, marketCode);
    const { billing } = this.clients.of(visitor);
    const { until, total, alarms } = await billing.listUsageAboveOrders({ marketCode });
    return {
      until,
      total,
      alarms: alarms.map((alarm) => ({
        membershipId: alarm.membershipId,
        organisationName: alarm.organisationName,
        itemCode: alarm.itemCode,
        label: alarm.label,
        from: alarm.period?.startsOn ?? '',
        until: alarm.period?.endsOn ?? '',
        accountDays: alarm.accountDays,
        worstOn: alarm.worstOn,
        openAccounts: alarm.openAccounts,
        ordered: alarm.ordered,
      })),
    };
  }
}
