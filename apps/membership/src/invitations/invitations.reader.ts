import type { Transaction } from '#libs/persistence';
import type { Invitation } from './domain/invitation.js';
import type { Invitee } from './domain/invitee.js';

export type InvitationRow = Invitation & {
  readonly marketCode: string;
  readonly invitee: Invitee;
};

/** A campaign is read whole, some thousand rows at most: where each stands is the domain's to say. */
export abstract class InvitationReader {
  /** By name. Of a market without a campaign: none. */
  abstract all(marketCode: string, tx?: Transaction): Promise<InvitationRow[]>;
  abstract find(invitationId: string, tx?: Transaction): Promise<InvitationRow | undefined>;
  abstract silentAfterDays(marketCode: string): Promise<number>;
}
