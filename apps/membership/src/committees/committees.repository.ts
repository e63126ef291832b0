import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Committee } from './domain/committee.js';

/** What is kept of committees. Everything is written in the caller's transaction. */
export abstract class Committees {
  /** Throws CommitteeAlreadyEstablished. */
  abstract add(tx: Transaction, committee: Committee, on: LocalDate): Promise<void>;
  abstract findForUpdate(tx: Transaction, committeeId: string): Promise<Committee | undefined>;
  abstract save(tx: Transaction, committee: Committee): Promise<void>;
  /** Those that are no member of the market, and never asked to be. */
  abstract unknownOrganisations(
    tx: Transaction,
    marketCode: string,
    organisationIds: readonly string[],
  ): Promise<string[]>;
}
