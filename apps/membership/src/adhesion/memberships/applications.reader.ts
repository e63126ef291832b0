import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference, Letter } from '#libs/trade';
import type { Organisation } from '../../organisations/organisations.reader.js';
import type { Decision } from './applications.pg.js';
import type { MembershipStatus } from './domain/membership.js';

export { missingPieces } from './domain/application.js';

/** An application as it was sent and what became of it. */
export type ApplicationRow = {
  readonly membershipId: string;
  readonly organisation: Organisation;
  readonly marketCode: string;
  readonly status: MembershipStatus;
  readonly refusalReasons: readonly string[];
  readonly letter: Letter;
  readonly documents: readonly DocumentReference[];
  readonly appliedOn: LocalDate;
  readonly acceptedOn: LocalDate | undefined;
  readonly hasVerifiedAnnexe2: boolean;
  readonly decisions: readonly Decision[];
  readonly signedOn: LocalDate | undefined;
};

export type ApplicationPage = {
  readonly marketCode: string;
  /** Absent: every state. */
  readonly status?: MembershipStatus;
  /** Only those still undecided whose letter left by this day and came after it (ADH-3). */
  readonly awaitingSince?: LocalDate;
  /** Name and id of the last row seen. */
  readonly after?: readonly [string, string];
  readonly limit: number;
};

/** The door for sibling features: applications as committed, none of a successor, and who of the members has signed. */
export abstract class ApplicationReader {
  abstract find(membershipId: string): Promise<ApplicationRow | undefined>;
  /** By the organisation's name. */
  abstract list(page: ApplicationPage): Promise<ApplicationRow[]>;
  /** Accepted members whose convention bears no signature up to `on` (MKT-3, art. 8), by name. */
  abstract unsignedMembers(
    marketCode: string,
    on: LocalDate,
    tx?: Transaction,
  ): Promise<{ membershipId: string; name: string }[]>;
}
