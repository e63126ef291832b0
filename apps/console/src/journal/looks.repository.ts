import type { Look } from '../journal-of-looks.js';
import type { Visitor } from '../visitor.js';

/** A line of the journal as the data-protection officer reads it: who, when, whom (ids), why. */
export type LookLine = {
  readonly id: string;
  readonly recordedAt: string;
  readonly userId: string;
  readonly userName: string;
  readonly roles: readonly string[];
  readonly action: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly subjects: readonly string[];
};

export type LookFilter = {
  readonly userId?: string;
  readonly personId?: string;
  /** Half-open days of Europe/Paris. */
  readonly from?: string;
  readonly to?: string;
  /** Lines older than this id. */
  readonly beforeId?: string;
  readonly limit: number;
};

export abstract class Looks {
  abstract append(visitor: Visitor, look: Look): Promise<void>;
  /** The newest first; one more than the limit where there are more. */
  abstract list(filter: LookFilter): Promise<LookLine[]>;
  abstract find(id: string): Promise<{ readonly subjects: readonly string[] } | undefined>;
  abstract verify(): Promise<{ lines: number; broken: string[] }>;
}
