import { defineProblem } from '#libs/problems';

/** A calendar day of Europe/Paris, 'YYYY-MM-DD' (MKT-2). Its text order is its order in time. */
export type LocalDate = string & { readonly [localDateBrand]: true };
declare const localDateBrand: unique symbol;

export class DateInvalid extends defineProblem('DATE_INVALID', 'invalid') {}

const millisecondsPerDay = 86_400_000;

/** Reads a day; throws DateInvalid for anything but an existing day of the years 1900 to 9999. */
export function localDate(text: string): LocalDate {
  if (!isLocalDate(text)) {
    throw new DateInvalid(
      `« ${text.slice(0, 20)} » n’est pas une date valide : indiquez-la sous la forme AAAA-MM-JJ.`,
      { date: text.slice(0, 20) },
    );
  }
  return text;
}

export function isLocalDate(text: string): text is LocalDate {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return false;
  const [year, month, day] = [digitsIn(text, 0, 4), digitsIn(text, 5, 7), digitsIn(text, 8, 10)];
  return year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Sign by sign: a pattern leaves a list behind, and a fact of each account has a day. NaN: another sign is in it. */
function digitsIn(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** Days since 1970-01-01; negative before. UTC arithmetic only, so no time zone can interfere. */
export function dayNumberOf(date: LocalDate): number {
  const { year, month, day } = partsOf(date);
  return Date.UTC(year, month - 1, day) / millisecondsPerDay;
}

export function fromDayNumber(dayNumber: number): LocalDate {
  return localDate(new Date(dayNumber * millisecondsPerDay).toISOString().slice(0, 10));
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return fromDayNumber(dayNumberOf(date) + days);
}

/** The same day some months later, or the last day of that month where it has no such day. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const { year, month, day } = partsOf(date);
  const monthsSinceZero = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(monthsSinceZero / 12);
  const targetMonth = monthsSinceZero - targetYear * 12 + 1;
  return fromParts(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

/** The anniversary; 29 February becomes the 28th in a common year. */
export function addYears(date: LocalDate, years: number): LocalDate {
  return addMonths(date, years * 12);
}

/** How many days from `start` to `end`; negative if `end` comes first. */
export function daysBetween(start: LocalDate, end: LocalDate): number {
  return dayNumberOf(end) - dayNumberOf(start);
}

export function compareDates(left: LocalDate, right: LocalDate): -1 | 0 | 1 {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isBefore(date: LocalDate, other: LocalDate): boolean {
  return date < other;
}

export function isAfter(date: LocalDate, other: LocalDate): boolean {
  return date > other;
}

export function minDate(first: LocalDate, ...others: readonly LocalDate[]): LocalDate {
  return others.reduce((least, date) => (date < least ? date : least), first);
}

export function maxDate(first: LocalDate, ...others: readonly LocalDate[]): LocalDate {
  return others.reduce((greatest, date) => (date > greatest ? date : greatest), first);
}

export function yearOf(date: LocalDate): number {
  return partsOf(date).year;
}

/** Every day of `[start, end)`, in order. Invoices and usage are made of days: within a month only the last two digits move. */
export function* eachDay(start: LocalDate, end: LocalDate): Generator<LocalDate> {
  let { year, month, day } = partsOf(start);
  let last = daysInMonth(year, month);
  for (let date = start; date < end;) {
    yield date;
    day += 1;
    if (day <= last) {
      date = (date.slice(0, 8) + (day < 10 ? `0${day}` : String(day))) as LocalDate;
    } else {
      [year, month, day] = month === 12 ? [year + 1, 1, 1] : [year, month + 1, 1];
      last = daysInMonth(year, month);
      date = fromParts(year, month, day);
    }
  }
}

function partsOf(date: LocalDate): { year: number; month: number; day: number } {
  return {
    year: Number(date.slice(0, 4)),
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8, 10)),
  };
}

function fromParts(year: number, month: number, day: number): LocalDate {
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  return localDate(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`);
}

/** By arithmetic: an import asks it for each date of each person. */
function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
