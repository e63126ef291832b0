import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';

/** A registered letter with acknowledgement of receipt: its number and its two days (art. 2 and 3). */
export type Letter = {
  readonly number: string;
  readonly sentOn: LocalDate;
  readonly receivedOn: LocalDate;
};

export class LetterDatesInvalid extends defineProblem('LETTER_DATES_INVALID', 'invalid') {}

/** Throws LetterDatesInvalid where the letter has no number, arrives before it left, or tomorrow. */
export function checkLetterDates({ number, sentOn, receivedOn }: Letter, today: LocalDate): void {
  if (number.trim() === '' || sentOn > receivedOn || receivedOn > today) {
    throw new LetterDatesInvalid(
      'Indiquez le numéro de la lettre recommandée, sa date d’envoi et sa date de réception, dans cet ordre et au plus tard aujourd’hui.',
      { sentOn, receivedOn, today },
    );
  }
}
