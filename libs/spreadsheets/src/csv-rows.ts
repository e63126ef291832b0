import { parse } from 'csv-parse/sync';
import { limits, tooManyRows } from './limits.js';
import { RowCollector, type SheetRow } from './sheet-row.js';
import { SpreadsheetRefused } from './spreadsheet-refused.js';

/**
 * Rows of a CSV file as offices save it: UTF-8, UTF-16 or windows-1252 (which holds ISO-8859-1);
 * `;`, `,` or tab; any line ends, also in turn. Every cell is text. Lines are counted as an editor shows them.
 */
export function rowsOfCsv(content: Uint8Array): SheetRow[] {
  const text = decode(content);
  if (text.trim() === '') {
    throw new SpreadsheetRefused('FILE_EMPTY', 'Le fichier est vide.');
  }
  const { delimiter, body, skipped } = delimiterOf(text);
  const collector = new RowCollector();
  let line = skipped + 1;
  const records = recordsOf(body, delimiter, skipped);
  if (records.length > limits.rows) throw tooManyRows();
  for (const { info, record } of records) {
    if (record.some((cell) => hasSwallowed(cell, delimiter, record.length))) throw malformed(line);
    record.forEach((cell, column) => collector.put(line, column, cell));
    collector.end(line, false);
    line = skipped + info.lines + 1;
  }
  return collector.rows;
}

/**
 * Two quotes that are part of names, lines apart, make one cell of all between them: it holds as many separators for each
 * of its line ends as a row has. The rows in it would be lost, and the number of the last one taken for the first.
 */
function hasSwallowed(cell: string, delimiter: string, columns: number): boolean {
  const lineEnds = cell.split(/\r\n|\r|\n/).length - 1;
  return (
    lineEnds > 0 && columns > 1 && cell.split(delimiter).length - 1 === lineEnds * (columns - 1)
  );
}

const malformed = (line: number) =>
  new SpreadsheetRefused(
    'CSV_MALFORMED',
    `Le fichier est mal formé à la ligne ${line} : vérifiez les guillemets et les séparateurs.`,
    line,
  );

type CsvRecord = { readonly info: { readonly lines: number }; readonly record: readonly string[] };

function recordsOf(text: string, delimiter: string, skipped: number): CsvRecord[] {
  try {
    return parse(text, {
      delimiter,
      info: true,
      max_record_size: limits.columns * 1_000,
      // All of them: a row added in another program ends otherwise, and would go on in the cells of the one before.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      to: limits.rows + 1,
    }) as unknown as CsvRecord[];
  } catch (error) {
    const { lines, code } = error as { lines?: number; code?: string };
    if (!code?.startsWith('CSV_') && !code?.startsWith('INVALID_')) throw error;
    throw malformed(skipped + (lines ?? 0));
  }
}

/** Strict UTF-8 before windows-1252: the second reads anything. What leaves control characters is no text. */
function decode(content: Uint8Array): string {
  for (const encoding of encodingsOf(content)) {
    const text = decoded(content, encoding);
    if (text === undefined) continue;
    if (notText.test(text)) break;
    return text;
  }
  throw new SpreadsheetRefused(
    'ENCODING_UNKNOWN',
    'L’encodage du fichier n’est pas reconnu : enregistrez le tableau au format « CSV UTF-8 », XLSX ou ODS.',
  );
}

// Controls of ASCII save tab and line ends, those after it, and the sign of a lost character.
const notText = /[^\t\n\v\f\r\u0020-\u007e\u00a0-\ufffc]|[\uffff\ufffe]/;

function decoded(content: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch {
    return undefined; // Not this encoding.
  }
}

function encodingsOf(content: Uint8Array): string[] {
  const [first, second] = content;
  if (first === 0xff && second === 0xfe) return ['utf-16le'];
  if (first === 0xfe && second === 0xff) return ['utf-16be'];
  // UTF-16 without a mark: the header is Latin, so every other byte is zero.
  if (second === 0 && first !== 0) return ['utf-16le'];
  if (first === 0 && second !== 0) return ['utf-16be'];
  return ['utf-8', 'windows-1252'];
}

/** Excel may name the separator in a first line `sep=;`; else the most frequent one near the top. */
function delimiterOf(text: string): { delimiter: string; body: string; skipped: number } {
  const named = /^sep=([;,\t])\r?\n/i.exec(text);
  if (named?.[1]) return { delimiter: named[1], body: text.slice(named[0].length), skipped: 1 };
  const head = text
    .slice(0, 10_000)
    .split(/\r\n|\r|\n/, 15)
    .join('\n');
  const countOf = (delimiter: string) => head.split(delimiter).length;
  const delimiter = [';', '\t', ','].reduce((best, next) =>
    countOf(next) > countOf(best) ? next : best,
  );
  return { delimiter, body: text, skipped: 0 };
}
