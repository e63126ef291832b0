import { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import type { DeliveredFile } from '../delivery/delivery.js';
import { unreadable } from '../source-problems.js';
import type { RowRemarks } from '../tables/row-remarks.js';
import { readRow, type ReadRow } from '../tables/read-row.js';
import { isFormula, isSeparatorLine, lineEnds, plain } from '../tables/row-values.js';
import { lookAt } from './written-as.js';

/** Of one file: all schools of a town fit, with all that their families are asked for. */
export const entCsvLimits = {
  bytes: 16 * 1024 * 1024,
  rows: 20_000,
  columns: 200,
  cellChars: 4_096,
};

export type EntCsvRow = { readonly line: number; readonly cells: readonly string[] };

/** One file: its header as bare words, and its rows. */
export type EntCsvTable = {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly EntCsvRow[];
};

/** As headers are compared, which people write in many ways: "Né(e) le *" is `neele`. */
export const bare = (text: string): string => plain(text).replace(/[^a-z0-9]/g, '');

/** Reads a file as a table, piece by piece. Throws SourceUnreadable with the line where it is not one. */
export async function readEntCsvTable(delivered: DeliveredFile): Promise<EntCsvTable> {
  const { name: file } = delivered;
  const { charset, delimiter } = await lookAt(delivered, entCsvLimits.bytes);
  const parser = parse({
    delimiter,
    record_delimiter: lineEnds,
    info: true,
    relax_column_count: true,
    // Résidence "Les Pins", where values are not quoted.
    relax_quotes: true,
    max_record_size: 64 * 1024,
    trim: true,
  });
  // A fault of the disk reaches the loop below through the parser.
  pipeline(Readable.from(textOf(delivered, charset)), parser, () => undefined);
  let header: string[] | undefined;
  const rows: EntCsvRow[] = [];
  let line = 1;
  try {
    for await (const read of parser) {
      const { record: cells, info } = read as { record: string[]; info: { lines: number } };
      const isTitles = !header && !(line === 1 && isSeparatorLine(cells));
      if (isTitles) header = cells.map(bare);
      else if (header && cells.some((cell) => cell !== '')) rows.push({ line, cells });
      if (rows.length > entCsvLimits.rows || (header?.length ?? 0) > entCsvLimits.columns)
        throw unreadable(file, 'TOO_LARGE', line);
      line = info.lines + 1;
    }
  } catch (error) {
    const { code } = error as Partial<CsvError>;
    throw code?.startsWith('CSV_') ? unreadable(file, 'NOT_WELL_FORMED', line) : error;
  }
  if (!header) throw unreadable(file, 'EMPTY');
  return { file, header, rows };
}

async function* textOf({ open }: DeliveredFile, charset: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(charset);
  for await (const bytes of await open()) {
    const text = decoder.decode(bytes as Buffer, { stream: true });
    if (text !== '') yield text;
  }
}

/**
 * Rows that can be believed: no longer than the header, of bounded values; the others have a remark.
 * What a spreadsheet would carry out is text here and stays (people write `="0440…"` to keep a zero); it is told.
 */
export function soundRows({ header, rows }: EntCsvTable, remarks: RowRemarks): ReadRow[] {
  return rows.flatMap(({ line, cells }) => {
    const refuse = (code: string) => {
      remarks.add(code, line);
      return [];
    };
    if (cells.slice(header.length).some((cell) => cell !== '')) return refuse('ROW_MALFORMED');
    if (cells.some((cell) => cell.length > entCsvLimits.cellChars)) return refuse('VALUE_TOO_LONG');
    if (cells.some(isFormula)) remarks.add('FORMULA_KEPT', line);
    return [readRow(line, cells, remarks)];
  });
}
