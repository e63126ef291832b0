import { type LocalDate, addYears } from './local-date.js';
import { type Period, contains, daysIn } from './period.js';

/** One year of a contract, from anniversary to anniversary; `days` is 365 or 366 (MKT-3). */
export type ContractYear = Period & { readonly index: number; readonly days: number };

/**
 * The whole contract years that touch `[startsOn, endsOn)`, `index` from 1. The last one is given
 * whole even if the contract ends inside it: its days are the denominator of every proration.
 */
export function contractYears(startsOn: LocalDate, endsOn: LocalDate): ContractYear[] {
  const years: ContractYear[] = [];
  for (let index = 1; addYears(startsOn, index - 1) < endsOn; index += 1) {
    years.push(contractYear(startsOn, index));
  }
  return years;
}

/** The contract year that a day lies in; throws RangeError before the contract starts. */
export function contractYearOf(startsOn: LocalDate, date: LocalDate): ContractYear {
  if (date < startsOn)
    throw new RangeError(`${date} lies before the contract starts (${startsOn})`);
  const guess = Number(date.slice(0, 4)) - Number(startsOn.slice(0, 4));
  const year = contractYear(startsOn, guess + 1);
  return contains(year, date) ? year : contractYear(startsOn, guess);
}

function contractYear(startsOn: LocalDate, index: number): ContractYear {
  const period = { start: addYears(startsOn, index - 1), end: addYears(startsOn, index) };
  return { ...period, index, days: daysIn(period) };
}
