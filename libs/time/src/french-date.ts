import { type LocalDate, addDays, isLocalDate } from './local-date.js';
import type { Period } from './period.js';

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

/** A text that is a date, or a moment that begins with one, in French; any other as it is. */
export function dateInWords(text: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)\S*)?$/.exec(text) ?? [];
  if (day === undefined || !isLocalDate(day)) return text;
  return frenchDate(day) + (time === undefined ? '' : ` à ${time}`);
}
