import { hidesSigns, isPlainIdentifier, readable } from '../readable-text.js';
import type { RowRemarks } from './row-remarks.js';

/** A row as it is read: what nobody sees is gone, and told. */
export type ReadRow = {
  readonly line: number;
  readonly cells: readonly string[];
  /** Columns, from 0, whose value identifies nothing as it was written. */
  readonly notPlain: ReadonlySet<number>;
};

export function readRow(line: number, cells: readonly string[], remarks: RowRemarks): ReadRow {
  if (cells.some(hidesSigns)) remarks.add('CONTROL_CHARACTER', line);
  const notPlain = cells.flatMap((cell, at) => (isPlainIdentifier(cell) ? [] : [at]));
  return { line, cells: cells.map(readable), notPlain: new Set(notPlain) };
}
