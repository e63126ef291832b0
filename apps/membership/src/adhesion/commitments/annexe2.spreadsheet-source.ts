import { readRows, SpreadsheetRefused } from '#libs/spreadsheets';
import type { Annexe2Fault, Annexe2Row } from './domain/annexe2.js';

/** Rows of the file that an office sent: CSV, XLSX or ODS. A fault where it holds no table that can be read. */
export async function rowsOfFile(
  content: Uint8Array,
  fileName: string,
): Promise<{ rows: Annexe2Row[] } | { fault: Annexe2Fault }> {
  try {
    return { rows: await readRows(content, fileName) };
  } catch (error) {
    if (!(error instanceof SpreadsheetRefused)) throw error;
    const { line, code, message } = error;
    return { fault: { line, code, message } };
  }
}
