import type { Transaction } from '#libs/persistence';
import type { SchoolTold } from './domain/school.js';

/** One school as the directory's event tells it. */
export type SchoolState = {
  readonly uai: string;
  /** Empty where the directory's source does not say it. */
  readonly insee: string;
  readonly isPublic: boolean;
  /** The directory's: copies compare themselves with the owner by it. */
  readonly revision: bigint;
};

/** This service's own copy of what the directory tells about schools: where they stand, whether they are public. */
export abstract class Schools {
  abstract find(tx: Transaction, uai: string): Promise<SchoolTold | undefined>;
  /** Each UAI once. */
  abstract replace(tx: Transaction, schools: readonly SchoolState[]): Promise<void>;
  abstract remove(tx: Transaction, uais: readonly string[]): Promise<void>;
}
