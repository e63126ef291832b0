import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { LettersRecorded, RegisteredLetter } from './domain/withdrawal-notice.js';
import type { DueReminder, WithdrawalTerms } from './domain/withdrawal-window.js';

export type StandingNotice = { readonly noticeId: string; readonly takesEffectOn: LocalDate };

export type Recorded = { readonly by: string; readonly on: LocalDate };

/** The letters that were received: nothing of them changes afterwards. */
export abstract class Withdrawals {
  /** The notice given and not taken back. Needs the membership's lock. */
  abstract standing(tx: Transaction, membershipId: string): Promise<StandingNotice | undefined>;
  /** The first item of which less would be ordered than committed, and the day (ORD-2); as written so far. */
  abstract firstDayBelowCommitment(
    tx: Transaction,
    membershipId: string,
  ): Promise<
    { itemCode: string; firstDay: LocalDate; wouldBe: number; commitment: number } | undefined
  >;
  /** Those of revocations too. Needs the membership's lock. */
  abstract lettersOf(tx: Transaction, membershipId: string): Promise<LettersRecorded>;
  abstract addNotice(
    tx: Transaction,
    notice: {
      readonly noticeId: string;
      readonly membershipId: string;
      readonly letter: RegisteredLetter;
      readonly takesEffectOn: LocalDate;
    },
    recorded: Recorded,
  ): Promise<void>;
  abstract addRevocation(
    tx: Transaction,
    noticeId: string,
    letter: RegisteredLetter,
    recorded: Recorded,
  ): Promise<void>;
  /** The terms of every market. */
  abstract terms(tx: Transaction): Promise<{ marketCode: string; terms: WithdrawalTerms }[]>;
  /** Each reminder once per membership in force that may still withdraw and has not done so. */
  abstract remind(
    tx: Transaction,
    marketCode: string,
    reminders: readonly DueReminder[],
    window: { readonly closesOn: LocalDate; readonly lastDay: LocalDate },
    today: LocalDate,
  ): Promise<void>;
}
