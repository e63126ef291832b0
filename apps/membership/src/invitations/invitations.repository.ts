import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Reminder } from './domain/invitation.js';
import type { Invitee } from './domain/invitee.js';

type Recorded = { readonly by: string; readonly on: LocalDate };

export abstract class Invitations {
  /** Opens the campaign of a market where it is not yet open, and locks it. */
  abstract openCampaign(tx: Transaction, marketCode: string): Promise<void>;
  abstract count(tx: Transaction, marketCode: string): Promise<number>;
  /** Those of these letters that another organisation's invitation carries. */
  abstract lettersTaken(
    tx: Transaction,
    marketCode: string,
    invitees: readonly Invitee[],
  ): Promise<string[]>;
  /** Adds who is not invited yet; gives how many. */
  abstract add(
    tx: Transaction,
    marketCode: string,
    invitees: readonly Invitee[],
    invited: Recorded,
  ): Promise<number>;
  abstract addReminders(
    tx: Transaction,
    invitationIds: readonly string[],
    reminder: Reminder,
    recorded: Recorded,
  ): Promise<void>;
  /** Nothing changes where it is declined already. */
  abstract decline(
    tx: Transaction,
    invitationId: string,
    declinedOn: LocalDate,
    note: string,
  ): Promise<void>;
}
