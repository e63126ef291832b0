import { type LocalDate, minDate } from '#libs/time';

/**
 * The day on which what a delivery says takes effect, whenever it is planned, approved or redone (DIR-3): the day of its
 * data, since its source says it from then on, and never later than the business date on which the import was asked for.
 * Whoever leaves has left on it, and who comes without a date of entry came on it. An end lies never before its place
 * began, and a beginning never before the same place ended last: what was told of the past stays.
 */
export const effectiveDay = (datedOn: LocalDate, startedOn: LocalDate): LocalDate =>
  minDate(datedOn, startedOn);
