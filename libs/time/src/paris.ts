import { type LocalDate, localDate } from './local-date.js';

const parisDay = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Paris',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The day it is in Europe/Paris at an instant, whatever the zone of the process. */
export function parisDateOf(instant: Date): LocalDate {
  const parts = new Map(parisDay.formatToParts(instant).map(({ type, value }) => [type, value]));
  return localDate(`${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`);
}

/** So many days may begin at once without a written order (MKT-4): a long week of standstill. */
export const daysAtOnceMax = 7;
