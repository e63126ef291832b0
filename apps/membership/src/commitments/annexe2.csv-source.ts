import { parse } from 'csv-parse/sync';
import type { Annexe2Fault, Annexe2Row } from './domain/annexe2.js';

const bytesMax = 5_000_000;

/** Rows of a CSV file as offices save it: UTF-8 or ISO-8859-1, `;`, `,` or tab. A fault where it is no CSV. */
export function rowsOfCsv(content: Uint8Array): { rows: Annexe2Row[] } | { fault: Annexe2Fault } {
  if (content.byteLength > bytesMax) return fault(0, 'FILE_TOO_LARGE', 'Le fichier dépasse 5 Mo.');
  const text = decode(content);
  if (text === undefined) {
    return fault(
      0,
      'NOT_CSV',
      'Ce fichier n’est pas un CSV : enregistrez le tableau au format CSV (UTF-8).',
    );
  }
  try {
    const records = parse(text, {
      delimiter: delimiterOf(text),
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { info: { lines: number }; record: string[] }[];
    return { rows: records.map(({ info, record }) => ({ line: info.lines, cells: record })) };
  } catch (error) {
    const { lines, code } = error as { lines?: number; code?: string };
    if (!code?.startsWith('CSV_') && !code?.startsWith('INVALID_')) throw error;
    return fault(
      lines ?? 0,
      'NOT_CSV',
      'Le fichier est mal formé : vérifiez les guillemets et les séparateurs.',
    );
  }
}

/** Strict UTF-8 first: ISO-8859-1 (as its superset windows-1252) reads anything, so it comes second. */
function decode(content: Uint8Array): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    // Not UTF-8: the other encoding that French offices use.
    return new TextDecoder('windows-1252').decode(content);
  }
}

function delimiterOf(text: string): string {
  const head = text.split(/\r?\n/, 15).join('\n');
  const countOf = (delimiter: string) => head.split(delimiter).length;
  return [';', '\t', ','].reduce((best, delimiter) =>
    countOf(delimiter) > countOf(best) ? delimiter : best,
  );
}

function fault(line: number, code: string, message: string): { fault: Annexe2Fault } {
  return { fault: { line, code, message } };
}
