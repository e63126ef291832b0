import { localDate } from '#libs/time';

/** Days of a market of four contract years (MKT-3) as numbers, made and told by JavaScript's own calendar: none of our code. */
export const dayNumber = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
export const dayOf = (number: number) =>
  localDate(new Date(number * 86_400_000).toISOString().slice(0, 10));

/** 365, 366, 365, 365 days. */
export const yearStarts = [
  '2022-07-19',
  '2023-07-19',
  '2024-07-19',
  '2025-07-19',
  '2026-07-19',
].map(dayNumber);
export const [marketStart, marketEnd] = [yearStarts[0]!, yearStarts[4]!];
export const yearOf = (day: number) => yearStarts.findLastIndex((start) => start <= day);
