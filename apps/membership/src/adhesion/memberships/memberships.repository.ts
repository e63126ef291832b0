import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference, Letter } from '#libs/trade';
import type { Organisation } from '../../organisations/organisations.reader.js';
import type { MembershipStatus } from './domain/membership.js';

/** What a decision about a membership depends on. */
export type Membership = {
  readonly membershipId: string;
  readonly organisation: Organisation;
  readonly marketCode: string;
  readonly status: MembershipStatus;
  readonly version: number;
  readonly letter: Letter;
  readonly documents: readonly DocumentReference[];
};

export type NewApplication = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  readonly status: 'APPLIED' | 'REFUSED';
  readonly reasons: readonly string[];
  readonly letter: Letter;
  readonly documents: readonly DocumentReference[];
  readonly appliedOn: LocalDate;
  /** Day that the convention bears (MKT-3). */
  readonly signedOn: LocalDate | undefined;
  readonly recordedBy: string;
};

export type KnownApplication = {
  readonly membershipId: string;
  readonly status: MembershipStatus;
  readonly reasons: readonly string[];
  readonly letterNumber: string;
};

export abstract class Memberships {
  /** Applications of an organisation in a market, the newest last; others for it wait until the transaction ends. */
  abstract applicationsOf(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
  ): Promise<KnownApplication[]>;
  abstract add(tx: Transaction, application: NewApplication): Promise<void>;
  /** Locks the membership. */
  abstract findForUpdate(tx: Transaction, membershipId: string): Promise<Membership | undefined>;
  /** Each of these raises the version by one, for the event that tells it. */
  abstract accept(tx: Transaction, membershipId: string, on: LocalDate): Promise<void>;
  abstract activate(
    tx: Transaction,
    membershipId: string,
    period: { startsOn: LocalDate; endsOn: LocalDate },
    on: LocalDate,
  ): Promise<void>;
}
