import { defineProblem } from '#libs/problems';

/** A list of many people by one name would be a directory: the officer says more of whom it is about. */
export class TooManyNamesakes extends defineProblem('NAME_TOO_COMMON', 'invalid') {
  constructor(most: number) {
    super(
      `Plus de ${most} personnes portent ce nom : indiquez le nom et le prénom, ou filtrez par agent et par dates.`,
    );
  }
}
