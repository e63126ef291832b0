import { addDays, type LocalDate, localDate } from '#libs/time';

/** The days that a generated population knows: four school years from the first rentrée on. */
export const FIRST_YEAR = 2025;
export const YEARS = 4;
export const FIRST_DAY = localDate(`${FIRST_YEAR}-09-01`);
export const LAST_DAY = localDate(`${FIRST_YEAR + YEARS}-08-31`);
const DAYS = 365 * YEARS;

export const rentreeOf = (year: number): LocalDate => localDate(`${year}-09-01`);

export function schoolYearOf(day: LocalDate): number {
  const year = Number(day.slice(0, 4));
  return day < rentreeOf(year) ? year - 1 : year;
}

/** After the first day, so that the first full export has a day before each change. */
export const dayAt = (share: number): LocalDate =>
  addDays(FIRST_DAY, 1 + Math.floor(share * (DAYS - 1)));

export function assertKnownDay(day: LocalDate): void {
  if (day < FIRST_DAY || day > LAST_DAY) {
    throw new RangeError(`${day} is outside ${FIRST_DAY} to ${LAST_DAY}`);
  }
}
