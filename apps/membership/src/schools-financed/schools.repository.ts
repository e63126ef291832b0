import type { Transaction } from '#libs/persistence';
import type { SchoolTold } from './domain/school.js';

/** This service's own copy of what the directory tells about schools: where they stand, whether they are public. */
export abstract class Schools {
  abstract find(tx: Transaction, uai: string): Promise<SchoolTold | undefined>;
  /** Each UAI once. `insee` is empty where the directory's source does not say it. */
  abstract replace(
    tx: Transaction,
    schools: readonly { uai: string; insee: string; isPublic: boolean }[],
  ): Promise<void>;
  abstract remove(tx: Transaction, uais: readonly string[]): Promise<void>;
}
