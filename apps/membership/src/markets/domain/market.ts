import { departmentOf, isSiren, isSiret, parseVatNumber, type InseeCode } from '#libs/identifiers';
import { type LocalDate, addYears } from '#libs/time';
import { defineProblem } from '#libs/problems';

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
    readonly period: 'QUARTER' | 'YEAR';
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
export class MarketUnknown extends defineProblem('MARKET_UNKNOWN', 'not-found') {}
export class ItemInUse extends defineProblem('ITEM_IN_USE', 'conflict') {}
export class MarketInForce extends defineProblem('MARKET_IN_FORCE', 'conflict') {}

/** The day that counts: the fixed one, or the planned one until then. */
export function dayOf({ planned, actual }: PlannedDate): LocalDate {
  return actual ?? planned;
}

/** What a well-formed file may still have wrong, each with the path of its field. */
export function mistakesIn(market: Market): string[] {
  const { calendar, supplier, items } = market;
  const effectiveOn = dayOf(calendar.effectiveOn);
  const years = calendar.contractYears;
  const checks: readonly (readonly [boolean, string])[] = [
    [isSiren(market.coordinatorSiren), 'coordinatorSiren: not a SIREN (Luhn)'],
    [isSiret(supplier.siret), 'supplier.siret: not a SIRET (Luhn)'],
    [
      isVatNumberOf(supplier.vatNumber, supplier.siret),
      'supplier.vatNumber: not that of the SIREN',
    ],
    [isIban(supplier.iban), 'supplier.iban: wrong check digits'],
    [areUnique(items.map(({ code }) => code)), 'items: the same code twice'],
    [areUnique(market.departments), 'departments: the same one twice'],
    [
      areUnique(market.accounts.waysIn.map((way) => way.profile)),
      'accounts.waysIn: a profile twice',
    ],
    [
      isOnlyWithTolerate(market.accounts, 'toleranceDays'),
      'accounts.toleranceDays: required with overQuota TOLERATE, and refused without it (PRV-2)',
    ],
    [
      isOnlyWithTolerate(market.accounts, 'tolerancePercent'),
      'accounts.tolerancePercent: required with overQuota TOLERATE, and refused without it (PRV-2)',
    ],
    [
      calendar.adhesionDeadline < calendar.tenderEarliestOn,
      'calendar.tenderEarliestOn: must follow the adhesion deadline (art. 8)',
    ],
    [
      calendar.tenderEarliestOn <= dayOf(calendar.notificationOn),
      'calendar.notificationOn: must follow the tender',
    ],
    [
      dayOf(calendar.notificationOn) <= effectiveOn,
      'calendar.effectiveOn: must follow notification',
    ],
    [effectiveOn < calendar.endsOn, 'calendar.endsOn: must follow the effective date'],
    [
      calendar.durationMonths % 12 !== 0 ||
        addYears(effectiveOn, calendar.durationMonths / 12) === calendar.endsOn,
      'calendar.endsOn: does not agree with the duration',
    ],
    [
      years[0] === effectiveOn &&
        years.every((day, index) => index === 0 || day === addYears(effectiveOn, index)) &&
        addYears(effectiveOn, years.length) >= calendar.endsOn &&
        addYears(effectiveOn, years.length - 1) < calendar.endsOn,
      'calendar.contractYears: must be the anniversaries of the effective date, up to the end',
    ],
    [
      calendar.noticeWindowMonths <= calendar.lockInMonths,
      'calendar.noticeWindowMonths: longer than the lock-in',
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, mistake]) => mistake);
}

/** Whether a commune stands on the territory of the market (ADH-1). */
export function covers(market: Pick<Market, 'departments'>, insee: InseeCode): boolean {
  return market.departments.includes(departmentOf(insee));
}

function isOnlyWithTolerate(
  accounts: Market['accounts'],
  term: 'toleranceDays' | 'tolerancePercent',
): boolean {
  return (accounts.overQuota === 'TOLERATE') === (accounts[term] !== undefined);
}

function areUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function isVatNumberOf(vatNumber: string, siret: string): boolean {
  try {
    return parseVatNumber(vatNumber).slice(4) === siret.slice(0, 9);
  } catch {
    // Any reason is the same mistake of the file.
    return false;
  }
}

/** ISO 13616: the number read with letters as 10 to 35, its first four characters last, is 1 modulo 97. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = [...text.slice(4), ...text.slice(0, 4)]
    .map((character) => parseInt(character, 36).toString())
    .join('');
  return BigInt(digits) % 97n === 1n;
}
