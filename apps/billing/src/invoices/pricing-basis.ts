import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { type Period, eachDay } from '#libs/time';
import {
  contractYearsOf,
  type MarketTerms,
  type MemberCopy,
  Members,
} from '../members/members.module.js';
import { type PriceList, Prices } from '../prices/prices.module.js';
import {
  type SupplierAccount,
  SupplierAccounts,
} from '../supplier-accounts/supplier-accounts.module.js';
import { type ItemUsage } from './domain/invoice.js';
import {
  type BillableItem,
  type CalculationInput,
  type UsageOnDay,
} from './domain/invoice-calculation.js';

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
    const member = await this.members.forPricing(tx, membershipId);
    if (member === undefined) return undefined;
    const terms = await this.members.market(tx, member.marketCode, 'for-pricing');
    const prices = await this.prices.priceList(tx, member.marketCode);
    return { terms, member, prices, accounts: await this.accounts.list(tx, member.marketCode) };
  }

  /** As it stands, without a lock: for what is said and not written. */
  async glance(tx: Transaction, membershipId: string): Promise<Basis | undefined> {
    const member = await this.members.find(tx, membershipId);
    if (member === undefined) return undefined;
    const terms = await this.members.market(tx, member.marketCode);
    const prices = await this.prices.priceList(tx, member.marketCode);
    return { terms, member, prices, accounts: await this.accounts.list(tx, member.marketCode) };
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
      .map((entry) => ({ ...entry, from: entry.effectiveFrom })),
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
