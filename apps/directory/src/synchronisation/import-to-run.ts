import type { LocalDate } from '#libs/time';
import type { SourceDeclaration } from './domain/source-declaration.js';
import type { Thresholds } from './domain/thresholds.js';

export type ImportToRun = {
  readonly importId: string;
  readonly folder: string;
  readonly fingerprint: string;
  readonly source: SourceDeclaration;
  readonly datedOn: LocalDate;
  /** The school whose delivery it is, or empty where the files say it. */
  readonly uai: string;
  readonly extent: 'FULL' | 'DELTA';
  /** The business date on which it was asked for. */
  readonly startedOn: LocalDate;
  /** Its delivery is kept: the files are read no more. */
  readonly isDelivered: boolean;
  /** All that changes waits to be looked at. */
  readonly planOnly: boolean;
};

export type WorkspaceOptions = {
  /** People per transaction. */
  readonly batchPeople: number;
  /** Key of the HMAC that hides INEs. */
  readonly ineKey: string;
  readonly thresholds: Thresholds;
  /** How long a held part waits for a person. */
  readonly heldDays: number;
};
