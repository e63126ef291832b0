import { addDays, type LocalDate, localDate } from '#libs/time';

/** The days that a generated population knows: four school years from the first rentrée on. */
export const firstYear = 2025;
export const years = 4;
export const firstDay = localDate(`${firstYear}-09-01`);
export const lastDay = localDate(`${firstYear + years}-08-31`);
const days = 365 * years;

export const rentreeOf = (year: number): LocalDate => localDate(`${year}-09-01`);

export function schoolYearOf(day: LocalDate): number {
  const year = Number(day.slice(0, 4));
  return day < rentreeOf(year) ? year - 1 : year;
}

/** After the first day, so that the first full export has a day before each change. */
export const dayAt = (share: number): LocalDate =>
  addDays(firstDay, 1 + Math.floor(share * (days - 1)));

export function assertKnownDay(day: LocalDate): void {
  if (day < firstDay || day > lastDay) {
    throw new RangeError(`${day} is outside ${firstDay} to ${lastDay}`);
  }
}
