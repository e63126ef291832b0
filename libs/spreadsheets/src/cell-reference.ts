import { damaged } from './spreadsheet-refused.js';

/** 'AB12' is column 27, counted from 0. */
export function columnOf(reference: string): number {
  const letters = /^\$?([A-Z]{1,3})\$?\d{0,7}$/.exec(reference)?.[1];
  if (letters === undefined) throw damaged();
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** 'AB12' is line 12. */
export function lineOf(reference: string): number {
  const line = Number(/\d{1,7}$/.exec(reference)?.[0]);
  if (!(line >= 1)) throw damaged();
  return line;
}

/** A number as a file stores it: `12`, `-1.5`, `1E3`; never `0x10` or a blank. */
export function storedNumber(text: string): number {
  const digits = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) throw damaged();
  const number = Number(digits);
  if (!Number.isFinite(number)) throw damaged();
  return number;
}
