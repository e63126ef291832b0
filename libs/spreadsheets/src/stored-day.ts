/** The year whose first day an Excel workbook counts its days from; 1904 is that of old Macintoshes. */
export type FirstYear = 1900 | 1904;

const millisecondsPerDay = 86_400_000;
// Excel takes 1900 for a leap year: from its 61st day on, 1 March 1900, the count is one too many.
const dayZero = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) };
const firstSafe = { 1900: 61, 1904: 0 };
/** 31 December 9999, as both count it at most. */
const lastSafe = 2_958_465;

/** The day that a number with a date's format shows; nothing where it shows an hour as well (ECMA-376 part 1, 18.17.4). */
export function dayOfSerial(serial: number, countsFrom: FirstYear): { day?: string } {
  if (!Number.isInteger(serial) || serial < firstSafe[countsFrom] || serial > lastSafe) return {};
  const at = dayZero[countsFrom] + serial * millisecondsPerDay;
  return { day: new Date(at).toISOString().slice(0, 10) };
}

/** The same of a date that is stored as a text (`office:date-value`, and cells of type `d`). */
export function dayOf(stored = ''): { day?: string } {
  const day = /^(\d{4}-\d{2}-\d{2})(T00:00:00(\.0+)?)?$/.exec(stored)?.[1];
  return day === undefined ? {} : { day };
}
