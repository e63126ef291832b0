import { type LocalDate, yearOf } from '#libs/time';

/**
 * A sequence of numbers without gap: one per supplier, market prefix and calendar year of issue
 * (BIL-4; CGI ann. II art. 242 nonies A).
 */
export type InvoiceSeries = {
  readonly supplierSiret: string;
  readonly prefix: string;
  readonly year: number;
};

/** The same for the same series. */
export const keyOf = ({ supplierSiret, prefix, year }: InvoiceSeries): string =>
  [supplierSiret, prefix, year].join(' ');

// Chorus Pro takes at most 20 characters; six digits are then enough for a million invoices a year.
const lengthMax = 20;
const digits = 6;

export function seriesOf(
  supplierSiret: string,
  prefix: string,
  issuedOn: LocalDate,
): InvoiceSeries {
  return { supplierSiret, prefix, year: yearOf(issuedOn) };
}

/** 'EP22-2022-000001'. Throws RangeError where a number cannot be printed within its 20 characters. */
export function numberOf(series: InvoiceSeries, sequence: number): string {
  const number = `${series.prefix}-${series.year}-${String(sequence).padStart(digits, '0')}`;
  if (!Number.isInteger(sequence) || sequence < 1 || !/^[A-Z0-9-]+$/.test(number)) {
    throw new RangeError(`Not an invoice number: ${number}`);
  }
  if (number.length > lengthMax) {
    throw new RangeError(`Invoice number longer than ${lengthMax} characters: ${number}`);
  }
  return number;
}
