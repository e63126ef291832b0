import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ImportState } from './domain/directory-import.js';

export type NewImport = {
  readonly folder: string;
  readonly fingerprint: string;
  readonly source: string;
  readonly datedOn: string;
  readonly startedOn: LocalDate;
};

export type ImportReport = {
  readonly importId: string;
  readonly folder: string;
  readonly state: ImportState;
  readonly entriesRead: bigint;
  readonly peoplePlanned: bigint;
  readonly peopleApplied: bigint;
  readonly peopleCreated: bigint;
  readonly peopleChanged: bigint;
  readonly peopleRemoved: bigint;
  readonly structures: bigint;
  readonly remarks: readonly {
    readonly code: string;
    readonly message: string;
    readonly count: bigint;
  }[];
  readonly startedOn: string;
  /** Sort key of the list, newest first. */
  readonly cursor: readonly [startedAt: string, importId: string];
};

export abstract class Imports {
  /** The import of this folder with this content: the one that exists, or a new one. */
  abstract findOrAdd(
    tx: Transaction,
    wanted: NewImport,
  ): Promise<{ importId: string; created: boolean }>;
  abstract find(importId: string): Promise<ImportReport | undefined>;
  /** Newest first; `limit` + 1 rows where there are more. */
  abstract list(
    limit: number,
    after: readonly (string | number)[] | undefined,
  ): Promise<ImportReport[]>;
  /** Locks the import. */
  abstract stateForUpdate(tx: Transaction, importId: string): Promise<ImportState | undefined>;
  abstract approve(
    tx: Transaction,
    importId: string,
    state: ImportState,
    approvedBy: string,
  ): Promise<void>;
}
