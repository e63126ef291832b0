import type { SourceRecord } from '../sources/directory.reader.js';
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

/**
 * One import under way: what the files say, laid beside what is stored. It lives as long as the
 * process's connection; a crash loses it, and the import begins again from its files.
 */
export abstract class OpenImport {
  abstract readonly work: ImportToRun;
  /** Keeps what a batch of the files says. */
  abstract stage(records: readonly SourceRecord[]): Promise<void>;
  /** Matches identities (DIR-2), resolves links, compares with what is stored. Changes no person. */
  abstract plan(): Promise<ImportPlan>;
  /** The brake holds (DIR-3). */
  abstract hold(breaches: readonly Removals[]): Promise<void>;
  /** The export is unusable; final. */
  abstract refuse(code: string, message: string): Promise<void>;
  abstract applyStructures(): Promise<void>;
  /** Writes the next people and their events in one transaction; false when none is left. */
  abstract applyBatch(): Promise<boolean>;
  /** The last transaction: ImportCompleted tells how many events bear the import's id (PRV-2). */
  abstract complete(): Promise<void>;
  abstract close(): Promise<void>;
}

export abstract class ImportWorkspace {
  /** Takes the oldest unfinished import, or undefined when there is none or another process has it. */
  abstract open(): Promise<OpenImport | undefined>;
}
