import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';

export class ProgressInvalid extends defineProblem('PROGRESS_INVALID', 'invalid') {}

/** Counts of one scope and department. */
export type TrainingFigures = {
  readonly scope: string;
  readonly department: string;
  readonly planned: number;
  readonly held: number;
  readonly cancelled: number;
  readonly participants: number;
};

/** What the rectorat tells the members about the project (art. 7.2), with the figures of its day (GOV-2). */
export type ProgressNote = {
  readonly noteId: string;
  readonly marketCode: string;
  readonly publishedOn: LocalDate;
  readonly title: string;
  readonly body: string;
  readonly figures: readonly TrainingFigures[];
};

export const bodyMax = 4_000;

/** Throws ProgressInvalid for an empty or too long text. */
export function publish(note: ProgressNote): ProgressNote {
  if (note.title.trim() === '' || note.body.trim() === '' || note.body.length > bodyMax) {
    throw new ProgressInvalid(
      `Donnez un titre et un texte d’au plus ${bodyMax} caractères : ils seront publiés tels quels.`,
    );
  }
  return note;
}
