import { departmentOf, type InseeCode } from '#libs/identifiers';
import type { LocalDate } from '#libs/time';
import type { BillingRhythm } from '#libs/trade';
import { defineProblem, pointsToMend } from '#libs/problems';

export type Profile = 'STUDENT' | 'RELATIVE' | 'TEACHER' | 'PERSONNEL' | 'GUEST';

/** A need category of annex 2; its accounts are those of one profile (PRV-1). */
export type Item = {
  readonly code: string;
  readonly label: string;
  readonly profile: Profile;
  /** 0: none (ORD-6). */
  readonly groupMaximum: number;
  /** The same for each membership alone; absent or 0: none. */
  readonly memberMaximum?: number | undefined;
};

/** Art. 6 calls the calendar *prévisionnel*: a date is planned until it is fixed. */
export type PlannedDate = { readonly planned: LocalDate; readonly actual?: LocalDate | undefined };

export type MarketCalendar = {
  /** Last day on which an adhesion may be sent, inclusive (MKT-3). */
  readonly adhesionDeadline: LocalDate;
  readonly tenderEarliestOn: LocalDate;
  readonly notificationOn: PlannedDate;
  readonly effectiveOn: PlannedDate;
  readonly durationMonths: number;
  /** First day out of force. */
  readonly endsOn: LocalDate;
  readonly contractYears: readonly LocalDate[];
  /** Months without withdrawal, and the months before their end in which a notice counts (WDR-1). */
  readonly lockInMonths: number;
  readonly noticeWindowMonths: number;
};

/** A market as data (MKT-1): nothing of a particular market is in code. */
export type Market = {
  readonly code: string;
  readonly title: string;
  readonly supplier: {
    readonly name: string;
    readonly siret: string;
    readonly vatNumber: string;
    readonly address: string;
    readonly iban: string;
    readonly legalMentions: string;
  };
  readonly coordinatorSiren: string;
  readonly departments: readonly string[];
  readonly calendar: MarketCalendar;
  readonly items: readonly Item[];
  /** Whether the sending or the reception of an adhesion counts (ADH-3). */
  readonly adhesionBasis: 'SENT' | 'RECEIVED';
  readonly floorScope: 'ITEM' | 'TOTAL';
  readonly decreaseNoticeDays: number;
  readonly billing: {
    readonly basis: 'ORDERED' | 'METERED';
    readonly period: BillingRhythm;
    readonly numberPrefix: string;
    readonly contestDays: number;
    readonly paymentTermDays: number;
  };
  readonly accounts: {
    readonly overQuota: 'WAIT' | 'DRAFT_ORDER' | 'TOLERATE';
    /** With TOLERATE only (PRV-2): how long an overrun may last, and how much of O it may hold beyond it. */
    readonly toleranceDays?: number | undefined;
    readonly tolerancePercent?: number | undefined;
    readonly graceDays: number;
    readonly waysIn: readonly {
      readonly profile: Profile;
      readonly way: 'LOCAL' | 'ACADEMIC_SSO' | 'EDUCONNECT';
    }[];
  };
};

/** A market and how often it has changed: 1 upwards (MKT-6). */
export type VersionedMarket = { readonly market: Market; readonly version: number };

export class MarketFileInvalid extends defineProblem('MARKET_FILE_INVALID', 'invalid') {}
export class ItemInUse extends defineProblem('ITEM_IN_USE', 'conflict') {}
export class MarketInForce extends defineProblem('MARKET_IN_FORCE', 'conflict') {}

/** A market read from its file, or all that is wrong with it, each as `line, path : what is wrong`, in French. */
export type ReadMarket =
  | { readonly market: Market; readonly mistakes: readonly [] }
  | { readonly market?: undefined; readonly mistakes: readonly string[] };

export function fileInvalid(mistakes: readonly string[]): MarketFileInvalid {
  return new MarketFileInvalid(
    `Le fichier du marché contient ${pointsToMend(mistakes.length)} : corrigez puis rechargez-le. ${mistakes.join(' ; ')}`,
    { mistakes },
  );
}

/** The day that counts: the fixed one, or the planned one until then. */
export function dayOf({ planned, actual }: PlannedDate): LocalDate {
  return actual ?? planned;
}

/** Whether a commune stands on the territory of the market (ADH-1). */
export function covers(market: Pick<Market, 'departments'>, insee: InseeCode): boolean {
  return market.departments.includes(departmentOf(insee));
}
