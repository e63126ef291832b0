export {
  type LocalDate,
  DateInvalid,
  localDate,
  isLocalDate,
  addDays,
  addMonths,
  addYears,
  daysBetween,
  compareDates,
  isBefore,
  isAfter,
  minDate,
  maxDate,
  yearOf,
  dayNumberOf,
  fromDayNumber,
  eachDay,
} from './local-date.js';
export {
  type Period,
  PeriodInvalid,
  periodOf,
  contains,
  overlaps,
  intersection,
  daysIn,
  splitAt,
} from './period.js';
export { parisDateOf } from './paris.js';
export { frenchDate, frenchPeriod } from './french-date.js';
export { type ContractYear, contractYears, contractYearOf } from './contract-year.js';
