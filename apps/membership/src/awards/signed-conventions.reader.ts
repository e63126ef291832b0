import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { UnsignedMember } from './domain/tender.js';

/** Who of a market's accepted members has not signed yet (MKT-3). */
export abstract class SignedConventions {
  /** By name. */
  abstract unsignedMembers(
    tx: Transaction,
    marketCode: string,
    today: LocalDate,
  ): Promise<UnsignedMember[]>;
}
