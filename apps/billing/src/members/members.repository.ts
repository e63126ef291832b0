import { type Transaction } from '#libs/persistence';
import { type LocalDate, type Period } from '#libs/time';
import {
  type Annexe2Reference,
  type BuyerParty,
  type ItemCommitment,
  type LedgerLine,
  type MarketTerms,
} from './domain/member.js';

export type MemberHeader = {
  readonly membershipId: string;
  readonly membershipVersion: number;
  readonly marketCode: string;
  readonly buyer: BuyerParty;
};

/**
 * Billing's copy of membership's facts. Events of one membership arrive in order, each once; every
 * method moves the copy to the version of its event.
 */
export abstract class Members {
  /** An older version than the one known changes nothing. */
  abstract saveMarket(tx: Transaction, terms: MarketTerms): Promise<void>;
  abstract saveHeader(tx: Transaction, header: MemberHeader): Promise<void>;
  abstract saveCommitment(
    tx: Transaction,
    membershipId: string,
    version: number,
    commitment: readonly ItemCommitment[],
    annexe2: Annexe2Reference | null,
  ): Promise<void>;
  abstract savePeriod(tx: Transaction, membershipId: string, period: Period): Promise<void>;
  abstract appendOrder(
    tx: Transaction,
    membershipId: string,
    version: number,
    ledgerHead: string,
    lines: readonly LedgerLine[],
  ): Promise<void>;
  /** The membership ends on a day; from then on C and O are 0. */
  abstract end(
    tx: Transaction,
    membershipId: string,
    version: number,
    endsOn: LocalDate,
  ): Promise<void>;
  /** Facts that billing has no use for still count as seen (BIL-5). */
  abstract advance(tx: Transaction, membershipId: string, version: number): Promise<void>;
}
