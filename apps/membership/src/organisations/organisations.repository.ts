import type { Transaction } from '#libs/persistence';
import type { Organisation } from './domain/organisation.js';

export abstract class Organisations {
  /** Adds the organisation or brings its data up to date; one row per SIREN. */
  abstract save(tx: Transaction, organisation: Organisation): Promise<void>;
}
