import type { LocalDate } from '#libs/time';
import type { RegisteredLetter } from './domain/withdrawal-notice.js';
import type { ReminderKind } from './domain/withdrawal-window.js';

export type NoticeView = {
  readonly withdrawalId: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly letter: RegisteredLetter;
  readonly takesEffectOn: LocalDate;
  readonly recordedOn: LocalDate;
  readonly status: 'NOTIFIED' | 'IN_EFFECT' | 'REVOKED' | 'SUPERSEDED';
  readonly revocation?: { readonly letter: RegisteredLetter; readonly recordedOn: LocalDate };
};

export type ReminderView = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly kind: ReminderKind;
  readonly dueOn: LocalDate;
  readonly lastDay: LocalDate;
};

/** The membership that is asked about. */
export type WithdrawerView = {
  readonly organisationId: string;
  readonly siren: string;
  readonly marketCode: string;
  readonly status: string;
  readonly endsOn?: LocalDate;
};

/** What can be read of withdrawals, as committed. Lists: the newest first, after the row last seen. */
export abstract class WithdrawalReader {
  abstract withdrawer(membershipId: string): Promise<WithdrawerView | undefined>;
  /** Of one membership: few, and all of them. */
  abstract noticesOf(membershipId: string): Promise<NoticeView[]>;
  abstract remindersOf(membershipId: string): Promise<ReminderView[]>;
  abstract notices(
    marketCode: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<NoticeView[]>;
  abstract reminders(
    marketCode: string,
    after: readonly [string, string, string] | undefined,
    limit: number,
  ): Promise<ReminderView[]>;
}
