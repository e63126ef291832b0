import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import type { DeliveredFile } from '../delivery/delivery.js';
import { unreadable } from '../source-problems.js';
import { holdsUtf8Letter } from '../tables/mixed-charset.js';
import { isSeparatorLine, lineEnds, plain } from '../tables/row-values.js';

/** A school has some hundred pupils; a grouping of all schools of a town still fits. */
export const ondeLimits = { bytes: 16 * 1024 * 1024, rows: 20_000, cellChars: 4_096 };

export type OndeRow = { readonly line: number; readonly cells: readonly string[] };

/** One extraction: its header as `plain` words, and its rows. */
export type OndeTable = {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly OndeRow[];
};

/** Reads an extraction as a table. Throws SourceUnreadable with the line where it is not one. */
export async function readOndeTable(delivered: DeliveredFile): Promise<OndeTable> {
  const { name: file } = delivered;
  const [first, ...rows] = rowsOf(file, textOf(file, await bytesOf(delivered)));
  if (!first) throw unreadable(file, 'EMPTY');
  if (rows.length > ondeLimits.rows) throw unreadable(file, 'TOO_LARGE');
  // Below the people stands a second table, of host bodies.
  const end = rows.findIndex(({ cells }) => plain(cells[0] ?? '') === 'intitule');
  return {
    file,
    header: first.cells.map(headerOf),
    rows: end === -1 ? rows : rows.slice(0, end),
  };
}

/** With the apostrophe of a keyboard, which a text processor replaces. */
const headerOf = (cell: string) => plain(cell).replaceAll('’', "'");

async function bytesOf({ name, open }: DeliveredFile): Promise<Buffer> {
  let bytes = 0;
  const stream = await open();
  stream.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > ondeLimits.bytes) stream.destroy(unreadable(name, 'TOO_LARGE'));
  });
  return buffer(stream);
}

/** UTF-8 where it is, else the charset of French Windows. Throws SourceUnreadable for both in one file. */
function textOf(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    if (holdsUtf8Letter(bytes)) throw unreadable(file, 'CHARSET_MIXED');
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function rowsOf(file: string, text: string): OndeRow[] {
  let line = 1;
  try {
    const records = parse(text, {
      delimiter: ';',
      record_delimiter: lineEnds,
      info: true,
      relax_column_count: true,
      // Résidence "Les Pins", where values are not quoted.
      relax_quotes: true,
      max_record_size: 64 * 1024,
      to: ondeLimits.rows + 2,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const rows = records.map(({ record, info }) => {
      const row = { line, cells: record };
      line = info.lines + 1;
      return row;
    });
    return rows.filter(
      ({ cells }, at) => cells.some((cell) => cell !== '') && !(at === 0 && isSeparatorLine(cells)),
    );
  } catch (error) {
    const { lines } = error as { lines?: number };
    throw unreadable(file, 'NOT_WELL_FORMED', lines ?? line);
  }
}
