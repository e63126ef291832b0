import { addDays, type LocalDate } from '#libs/time';
import { letterReasonWords, reasonCode } from '#libs/trade';

/** `CODE` or `CODE ticket`. Throws InputInvalid. */
export const letterReason = (text: string): string =>
  reasonCode(text, Object.keys(letterReasonWords), 'LETTRE_PERDUE');

/** What somebody who may see no code asks of the head (AUT-1): the last request of an account. */
export type LetterRequest = {
  readonly accountId: string;
  readonly reason: string;
  readonly askedOn: LocalDate;
  /** First day on which it is asked no more. */
  readonly expiresOn: LocalDate;
  readonly printedOn: LocalDate | null;
};
export type LetterRequestStatus = 'OPEN' | 'PRINTED' | 'EXPIRED';

/** Long enough for the holidays of a term, short enough to mean somebody who still waits. */
const daysOpen = 21;

export const requestOn = (accountId: string, reason: string, today: LocalDate): LetterRequest => ({
  ...{ accountId, reason, askedOn: today, expiresOn: addDays(today, daysOpen), printedOn: null },
});

export function statusOf(
  { printedOn, expiresOn }: LetterRequest,
  today: LocalDate,
): LetterRequestStatus {
  if (printedOn !== null) return 'PRINTED';
  return expiresOn <= today ? 'EXPIRED' : 'OPEN';
}
