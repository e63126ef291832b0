import type { Removals } from './domain/safeguard.js';

export type ImportToRun = {
  readonly importId: string;
  readonly folder: string;
  readonly source: string;
  readonly datedOn: string;
  readonly startedOn: string;
  readonly approved: boolean;
};

export type WorkspaceOptions = {
  /** People per transaction. */
  readonly batchPeople: number;
  /** Key of the HMAC that hides INEs. */
  readonly ineKey: string;
};

export type ImportPlan = {
  readonly people: number;
  readonly removals: readonly Removals[];
};
