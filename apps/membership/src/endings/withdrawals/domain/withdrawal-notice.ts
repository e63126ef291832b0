import { defineProblem } from '#libs/problems';
import { addDays, addMonths, frenchDate, type LocalDate } from '#libs/time';
import {
  checkLetterDates,
  type KeptDocument,
  type Letter,
  MembershipEnded,
  MembershipNotActive,
} from '#libs/trade';

export class WithdrawalTooEarly extends defineProblem('WITHDRAWAL_TOO_EARLY', 'conflict') {}
export class WithdrawalWindowClosed extends defineProblem('WITHDRAWAL_WINDOW_CLOSED', 'conflict') {}
export class WithdrawalNotProvided extends defineProblem('WITHDRAWAL_NOT_PROVIDED', 'conflict') {}
export class WithdrawalAlreadyGiven extends defineProblem('WITHDRAWAL_ALREADY_GIVEN', 'conflict') {}
export class WithdrawalNotGiven extends defineProblem('WITHDRAWAL_NOT_GIVEN', 'conflict') {}
export class WithdrawalInEffect extends defineProblem('WITHDRAWAL_IN_EFFECT', 'conflict') {}
export class CoordinatorCannotWithdraw extends defineProblem(
  'COORDINATOR_CANNOT_WITHDRAW',
  'conflict',
) {}
export class LetterAlreadyRecorded extends defineProblem('LETTER_ALREADY_RECORDED', 'conflict') {}

/** The registered letter with acknowledgement of receipt (art. 3). */
export type RegisteredLetter = Letter & { readonly document: KeptDocument };

/** Numbers of the letters that the membership's notices and revocations rest on. */
export type LettersRecorded = ReadonlySet<string>;

/** The membership that a letter speaks of. */
export type Withdrawer = {
  readonly status: string;
  /** `[startsOn, endsOn)`; absent before activation. */
  readonly startsOn?: LocalDate;
  readonly endsOn?: LocalDate;
  readonly isCoordinator: boolean;
  readonly hasGivenNotice: boolean;
};

/**
 * The day from which a notice frees the member (WDR-1): the sending decides, a letter received later, even
 * after that day, takes effect on it. Throws the first reason against it, each citing art. 3.
 */
export function judgeNotice(
  member: Withdrawer,
  window: WithdrawalWindow | undefined,
  letter: RegisteredLetter,
  recorded: LettersRecorded,
  today: LocalDate,
): LocalDate {
  if (member.isCoordinator) {
    throw new CoordinatorCannotWithdraw(
      'Le rectorat coordonne le groupement : il ne peut pas s’en retirer (convention, art. 2 et 3).',
    );
  }
  if (member.hasGivenNotice) {
    throw new WithdrawalAlreadyGiven(
      'Le retrait a déjà été notifié : révoquez-le d’abord si la nouvelle lettre le remplace.',
    );
  }
  checkLetter(letter, recorded, today);
  if (window === undefined) {
    throw new WithdrawalNotProvided(
      'Ce marché ne prévoit pas de retrait : le membre reste engagé jusqu’à son terme.',
    );
  }
  checkInForce(member, window);
  const { opensOn, closesOn } = window;
  const lastDay = addDays(closesOn, -1);
  const days = `entre le ${frenchDate(opensOn)} et le ${frenchDate(lastDay)} inclus`;
  const { sentOn } = letter;
  if (sentOn < opensOn) {
    const whatNext =
      today < closesOn
        ? `Le retrait n’est pas possible avant le ${frenchDate(closesOn)} ; renvoyez la demande en recommandé ${days}`
        : `Elle devait partir ${days}, ce qui n’est plus possible : le membre reste engagé jusqu’à la fin du marché`;
    throw new WithdrawalTooEarly(
      `Lettre envoyée le ${frenchDate(sentOn)} : trop tôt. ${whatNext} (convention, art. 3).`,
      { sentOn, opensOn, lastDay, takesEffectOn: closesOn },
    );
  }
  if (sentOn >= closesOn) {
    throw new WithdrawalWindowClosed(
      `Lettre envoyée le ${frenchDate(sentOn)} : trop tard. Elle devait partir ${days} ; le membre reste ` +
        `engagé jusqu’à la fin du marché (convention, art. 3).`,
      { sentOn, opensOn, lastDay, boundUntil: member.endsOn ?? '' },
    );
  }
  return closesOn;
}

/** A notice may be taken back until the day before it takes effect (WDR-1). Throws the reason against it. */
export function judgeRevocation(
  notice: { readonly takesEffectOn: LocalDate; readonly stands: boolean } | undefined,
  letter: RegisteredLetter,
  recorded: LettersRecorded,
  today: LocalDate,
): void {
  if (notice === undefined || !notice.stands) {
    throw new WithdrawalNotGiven('Aucun retrait notifié n’est à révoquer pour cette adhésion.');
  }
  checkLetter(letter, recorded, today);
  if (today >= notice.takesEffectOn) {
    throw new WithdrawalInEffect(
      `Le retrait a pris effet le ${frenchDate(notice.takesEffectOn)} : il ne peut plus être révoqué, et ` +
        'aucune nouvelle adhésion n’est possible jusqu’à la fin du marché (convention, art. 2).',
      { takesEffectOn: notice.takesEffectOn, today },
    );
  }
}

// A registered letter says one thing once: the one that withdrew cannot revoke, nor withdraw again after that.
function checkLetter(letter: RegisteredLetter, recorded: LettersRecorded, today: LocalDate): void {
  checkLetterDates(letter, today);
  const { number } = letter;
  if (recorded.has(number)) {
    throw new LetterAlreadyRecorded(
      `La lettre n° ${number} est déjà enregistrée pour cette adhésion : indiquez le numéro de la nouvelle lettre.`,
      { number },
    );
  }
}

function checkInForce({ status, startsOn, endsOn }: Withdrawer, { closesOn }: WithdrawalWindow) {
  if (status === 'ENDED' || (endsOn !== undefined && endsOn <= closesOn)) {
    throw new MembershipEnded(
      `L’adhésion prend fin le ${endsOn ? frenchDate(endsOn) : ''}, sans retrait à notifier.`,
      { endsOn: endsOn ?? '' },
    );
  }
  if (status !== 'ACTIVE' || startsOn === undefined || startsOn >= closesOn) {
    throw new MembershipNotActive(
      'L’adhésion n’est pas en vigueur dans la période où le retrait est possible (convention, art. 3).',
      { status, startsOn: startsOn ?? '' },
    );
  }
}

/** What the market's calendar says about withdrawal (WDR-1). */
export type WithdrawalTerms = {
  /** First day of the market in force; planned until it is fixed. */
  readonly effectiveOn: LocalDate;
  /** First day out of force. */
  readonly endsOn: LocalDate;
  /** Months without withdrawal. */
  readonly lockInMonths: number;
  /** Months before their end in which a notice counts. */
  readonly noticeWindowMonths: number;
};

/** A notice counts if it was sent on a day of `[opensOn, closesOn)`; it takes effect on `closesOn`. */
export type WithdrawalWindow = { readonly opensOn: LocalDate; readonly closesOn: LocalDate };

/** Undefined where the market has no window: it ends with the lock-in, or knows no months of notice. */
export function windowOf(terms: WithdrawalTerms): WithdrawalWindow | undefined {
  const closesOn = addMonths(terms.effectiveOn, terms.lockInMonths);
  const opensOn = addMonths(closesOn, -terms.noticeWindowMonths);
  if (closesOn >= terms.endsOn || opensOn >= closesOn) return undefined;
  return { opensOn, closesOn };
}

export type ReminderKind = 'FIVE_MONTHS' | 'TWO_MONTHS' | 'FIFTEEN_DAYS';
export type DueReminder = { readonly kind: ReminderKind; readonly dueOn: LocalDate };

/** Reminders that have fallen due by a day while the window was not closed yet: councils must meet (WDR-1). */
export function remindersDue({ closesOn }: WithdrawalWindow, today: LocalDate): DueReminder[] {
  if (today >= closesOn) return [];
  const reminders: DueReminder[] = [
    { kind: 'FIVE_MONTHS', dueOn: addMonths(closesOn, -5) },
    { kind: 'TWO_MONTHS', dueOn: addMonths(closesOn, -2) },
    { kind: 'FIFTEEN_DAYS', dueOn: addDays(closesOn, -15) },
  ];
  return reminders.filter(({ dueOn }) => dueOn <= today);
}

/** First day after `day` on which reminders are due; undefined where the window is closed by then. */
export function nextDayOfReminders(
  { closesOn }: WithdrawalWindow,
  day: LocalDate,
): LocalDate | undefined {
  const [first, tomorrow] = [addMonths(closesOn, -5), addDays(day, 1)];
  const next = first > tomorrow ? first : tomorrow;
  return next < closesOn ? next : undefined;
}
