import { type Transaction } from '#libs/persistence';
import { type LocalDate, type Period } from '#libs/time';
import { MarketUnknown } from '#libs/trade';
import { type LedgerHead, type MarketTerms, type MemberCopy } from './domain/member.js';

export { contractYearsOf } from './domain/member.js';
export type {
  Annexe2Reference,
  BuyerParty,
  LedgerHead,
  LedgerLine,
  MarketTerms,
  MemberCopy,
} from './domain/member.js';

export const marketUnknown = (marketCode: string): MarketUnknown =>
  new MarketUnknown(
    `Le marché « ${marketCode.slice(0, 40)} » n’est pas connu de la facturation : vérifiez son code.`,
    { marketCode: marketCode.slice(0, 40) },
  );

/** What a membership has ordered, as the copy stands. */
export type OrdersOfMember = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly period: Period;
  readonly lines: readonly {
    readonly itemCode: string;
    readonly effectiveFrom: LocalDate;
    readonly delta: number;
  }[];
};

/** The door to billing's copy of membership's facts, for the sibling features. */
export abstract class MembersReader {
  /** Throws MarketUnknown. With `forImport` prices of the market are imported one at a time. */
  abstract market(
    tx: Transaction,
    marketCode: string,
    lock?: 'for-pricing' | 'for-import',
  ): Promise<MarketTerms>;
  /** How far the copies of these memberships have come; those unknown are left out. */
  abstract heads(membershipIds: readonly string[]): Promise<LedgerHead[]>;
  /** Memberships of a market that were ever in force, by SIREN then id: the order of a billing run. */
  abstract billable(marketCode: string): Promise<string[]>;
  /** Orders of all memberships of a market that were ever in force, without a lock. */
  abstract ordersOf(marketCode: string): Promise<OrdersOfMember[]>;
  /** Whose membership it is; undefined where unknown (SUP-3). */
  abstract organisationOf(membershipId: string): Promise<string | undefined>;
  /** The copy, locked against change until the transaction ends; undefined where unknown. */
  abstract forPricing(tx: Transaction, membershipId: string): Promise<MemberCopy | undefined>;
  /** The copy as it was at a version: the ledger up to a position, C as then stated. */
  abstract asOf(
    tx: Transaction,
    membershipId: string,
    membershipVersion: number,
    ledgerPosition: number,
  ): Promise<MemberCopy | undefined>;
}
