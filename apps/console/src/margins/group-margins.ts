import { Injectable } from '@nestjs/common';
import { requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { MarginsQuery } from './margins.dto.js';

/** Members near their floor or maximum, and the group's ceilings (ORD-2, ORD-6): membership counts, the console carries. */
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
      ...(accounts === undefined ? {} : { accounts: BigInt(accounts) }),
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
        ordered: Number(row.ordered),
        bound: Number(row.bound),
        margin: Number(row.margin),
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
        groupMaximum: Number(ceiling.groupMaximum),
        memberMaximum: Number(ceiling.memberMaximum),
        orderedToday: Number(ceiling.orderedToday),
        peak: Number(ceiling.peak),
        peakOn: ceiling.peakOn,
        usedPerMille: ceiling.usedPerMille,
        warningPercent: ceiling.warningPercent,
        warning: ceiling.warning,
        steps: ceiling.steps.map(({ from, ordered }) => ({ from, ordered: Number(ordered) })),
      })),
    };
  }
}
