import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { type Period, eachDay } from '#libs/time';
import {
  contractYearsOf,
  type MarketTerms,
  type MemberCopy,
  Members,
} from '../../members/members.module.js';
import { type PriceList, Prices } from '../../prices/prices.module.js';
import {
  type SupplierAccount,
  SupplierAccounts,
} from '../../supplier-accounts/supplier-accounts.module.js';
import type { ItemUsage } from '../domain/invoice.js';
import { vatRateIn, vatTerritoryOf } from '../domain/vat-territory.js';
import type { BillableItem, CalculationInput, UsageOnDay } from '../domain/invoice-calculation.js';

/** All that the price of one membership rests on, as known at one moment. */
export type Basis = {
  readonly terms: MarketTerms;
  readonly member: MemberCopy;
  readonly prices: PriceList;
  /** Where members pay, as approved by now. */
  readonly accounts: readonly SupplierAccount[];
};

/** Gathers what an invoice is computed from: members, commitment, orders, prices, terms. */
@Injectable()
export class PricingBasis {
  constructor(
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly accounts: SupplierAccounts,
  ) {}

  /** As it stands now, locked until the transaction ends; undefined where the membership is unknown. */
  async now(tx: Transaction, membershipId: string): Promise<Basis | undefined> {
    return (await this.ofSeveral(tx, [membershipId])).get(membershipId);
  }

  /** The same of several, read together; left out too is who is being changed at this moment, unless it is the only one. */
  async ofSeveral(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlyMap<string, Basis>> {
    const members = await this.members.forPricing(tx, membershipIds);
    return this.completed(tx, members, 'for-pricing');
  }

  /** As it stands, without a lock: for what is said and not written. */
  async glance(tx: Transaction, membershipId: string): Promise<Basis | undefined> {
    return (await this.glanceAtSeveral(tx, [membershipId])).get(membershipId);
  }

  /** The same of several; those unknown are left out. */
  async glanceAtSeveral(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlyMap<string, Basis>> {
    return this.completed(tx, await this.members.some(tx, membershipIds));
  }

  /** With what all members of a market have in common, read once. */
  private async completed(
    tx: Transaction,
    members: ReadonlyMap<string, MemberCopy>,
    lock?: 'for-pricing',
  ): Promise<ReadonlyMap<string, Basis>> {
    const known = new Map<string, Basis>();
    const ofMarket = Map.groupBy(members.values(), ({ marketCode }) => marketCode);
    // In one order, whoever locks.
    for (const marketCode of [...ofMarket.keys()].sort()) {
      const terms = await this.members.market(tx, marketCode, lock);
      const prices = await this.prices.priceList(tx, marketCode);
      const accounts = await this.accounts.list(tx, marketCode);
      for (const member of ofMarket.get(marketCode)!) {
        known.set(member.membershipId, { terms, member, prices, accounts });
      }
    }
    return known;
  }
}

/** The input of BIL-3 for one period; undefined for a membership that was never in force. */
export function inputOf(
  { terms, member, prices }: Omit<Basis, 'accounts'>,
  period: Period,
  basis: CalculationInput['basis'],
  usage: readonly ItemUsage[],
  floorScope = terms.floorScope,
): CalculationInput | undefined {
  const membership = member.period;
  if (membership === null) return undefined;
  const territory = vatTerritoryOf(member.buyer.department);
  const items = terms.items.map((item): BillableItem => ({
    itemCode: item.code,
    label: item.label,
    commitment: member.commitment
      .filter((c) => c.itemCode === item.code)
      .map((c) => ({ from: c.from, quantity: c.quantity })),
    orders: member.ledger.filter((line) => line.itemCode === item.code),
    usage: dailyUsage(
      usage.find((u) => u.itemCode === item.code),
      period,
    ),
    prices: prices.entries
      .filter((entry) => entry.itemCode === item.code)
      .map((entry) => ({
        ...{ from: entry.effectiveFrom, unitPrice: entry.unitPrice },
        vatBasisPoints: vatRateIn(territory, entry.vatBasisPoints),
      })),
  }));
  const billed = items.filter((item) => isBilled(item));
  return {
    basis,
    floorScope,
    period,
    membership,
    contractYears: contractYearsOf(terms),
    items: billed,
  };
}

/** An item that a member neither committed to, ordered nor used needs no price. */
function isBilled(item: BillableItem): boolean {
  return (
    item.commitment.some((c) => c.quantity > 0) ||
    item.orders.length > 0 ||
    item.usage.some((day) => day.accounts > 0)
  );
}

function dailyUsage(usage: ItemUsage | undefined, period: Period): UsageOnDay[] {
  if (usage === undefined) return [];
  const steps = [...usage.openAccounts].sort((a, b) => (a.from < b.from ? -1 : 1));
  let next = 0;
  let accounts = 0;
  return [...eachDay(period.start, period.end)].map((date) => {
    for (let step = steps[next]; step !== undefined && step.from <= date; step = steps[next]) {
      accounts = step.quantity;
      next += 1;
    }
    return { date, accounts };
  });
}
