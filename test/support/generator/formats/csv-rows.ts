/** One row, CRLF at its end; a cell is quoted only where it must be. */
export const csvRow = (cells: readonly string[], separator: string): string =>
  cells.map((cell) => quoted(cell, separator)).join(separator) + '\r\n';

const quoted = (cell: string, separator: string): string =>
  cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
