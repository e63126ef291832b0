/** What a table for people may hold: text, a number, or nothing. Amounts in cents are text for their writer to format. */
export type CellValue = string | number | bigint | null | undefined;

/** Rows to be written; they may have different lengths. */
export type Table = readonly (readonly CellValue[])[];

/** Digits of a number that both formats carry without loss. A number that is none is a bug of the caller. */
export function digitsOf(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`${value} cannot be a cell`);
  }
  return value.toString();
}
