import type { LocalDate } from '#libs/time';
import type { Market, MarketChange } from '../markets/markets.reader.js';
import type { MarketDocument } from '../markets/markets.module.js';
import type { RecordedAmendment } from './amendments.repository.js';

export type MarketView = {
  readonly market: Market;
  readonly version: number;
  readonly sha256: string;
  readonly inForce: boolean;
};

export type VersionView = {
  readonly version: number;
  readonly sha256: string;
  readonly cause: string;
  readonly changes: readonly MarketChange[];
  /** Empty for what was loaded before versions were kept. */
  readonly recordedBy: string;
  readonly recordedOn: LocalDate | undefined;
  readonly amendmentNumber: string;
  readonly document: MarketDocument | undefined;
};

/** An amendment and the version that it made; 0 until its day comes. */
export type AmendmentView = RecordedAmendment & { readonly version: number };

/** Markets as people look at them. Lists give one row more than `limit`, where there is one. */
export abstract class MarketViews {
  /** Those of `codes`, or all; by code, after one. */
  abstract list(page: {
    readonly codes: readonly string[] | undefined;
    readonly after: string;
    readonly limit: number;
  }): Promise<MarketView[]>;
  /** As it is, or as an earlier version said it. Throws MarketUnknown. */
  abstract show(code: string, version?: number): Promise<MarketView>;
  /** Newest first, before a version. */
  abstract versions(code: string, before: number, limit: number): Promise<VersionView[]>;
  /** Newest first, before a position in their order. */
  abstract amendments(
    code: string,
    before: number,
    limit: number,
  ): Promise<(AmendmentView & { readonly position: number })[]>;
  /** Amendments that have not taken effect. */
  abstract pending(code: string): Promise<{ number: string; effectiveOn: LocalDate }[]>;
}
