import { type LocalDate, addDays } from './local-date.js';
import { type Period } from './period.js';

const months = [
  'janvier',
  'février',
  'mars',
  'avril',
  'mai',
  'juin',
  'juillet',
  'août',
  'septembre',
  'octobre',
  'novembre',
  'décembre',
] as const;

/** '19 juillet 2022', '1er septembre 2022'. */
export function frenchDate(date: LocalDate): string {
  const day = Number(date.slice(8, 10));
  const month = months[Number(date.slice(5, 7)) - 1];
  return `${day === 1 ? '1er' : day} ${month} ${date.slice(0, 4)}`;
}

/** 'du 19 juillet 2022 au 18 octobre 2022': on paper the last day is one that is in the period. */
export function frenchPeriod(period: Period): string {
  return `du ${frenchDate(period.start)} au ${frenchDate(addDays(period.end, -1))}`;
}
