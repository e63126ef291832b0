import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { contains, type Period } from '#libs/time';
import { contractYearsOf, Members } from '../members/members.module.js';
import { daysPricedBy, type PriceEntry, Prices } from '../prices/prices.module.js';
import {
  accountOn,
  accountsByDay,
  type SupplierAccount,
  SupplierAccounts,
} from '../supplier-accounts/supplier-accounts.module.js';

export type Agreements = {
  /** By item as the market names them, then by day. */
  readonly prices: readonly (PriceEntry & {
    readonly label: string;
    readonly period: Period;
    readonly isInForce: boolean;
  })[];
  /** By day. */
  readonly accounts: readonly (SupplierAccount & { readonly isInForce: boolean })[];
};

/** What two persons agreed on, as it holds (BIL-2): whoever is of the market may read it. */
@Injectable()
export class ShowAgreements {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly members: Members,
    private readonly prices: Prices,
    private readonly accounts: SupplierAccounts,
  ) {}

  /** Throws NotVisible, MarketUnknown. */
  execute(caller: Caller, marketCode: string): Promise<Agreements> {
    requireMarket(caller, marketCode);
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const terms = await this.members.market(tx, marketCode);
      const contractYears = contractYearsOf(terms);
      const { entries } = await this.prices.priceList(tx, marketCode);
      const accounts = await this.accounts.list(tx, marketCode);
      return {
        prices: terms.items.flatMap(({ code, label }) =>
          entries
            .filter(({ itemCode }) => itemCode === code)
            .map((entry) => {
              const period = daysPricedBy(entry, entries, contractYears);
              return { ...entry, label, period, isInForce: contains(period, today) };
            }),
        ),
        accounts: accountsByDay(accounts).map((account) => ({
          ...account,
          isInForce: account === accountOn(accounts, today),
        })),
      };
    });
  }
}
