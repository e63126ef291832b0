import { type Transaction } from '#libs/persistence';

export type KnownMembership = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
};

/** Whose membership it is: all that metering needs to know of one. */
export abstract class Memberships {
  abstract save(tx: Transaction, membership: KnownMembership): Promise<void>;
}
