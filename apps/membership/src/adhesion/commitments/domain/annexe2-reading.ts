import type {
  Annexe2Fault,
  Annexe2Item,
  Annexe2Line,
  Annexe2Reading,
  Annexe2Row,
} from './annexe2.js';
import { findHeader } from './annexe2-header.js';
import { Annexe2Reader } from './annexe2-reader.js';

export const linesMax = 20_000;
/** So that an answer can be carried and read; the last one then says how many more there are. */
export const faultsMax = 5_000;

/** Reads the rows of an annex 2. All faults are found at once; with one of them nothing may be taken. */
export function readAnnexe2(
  rows: readonly Annexe2Row[],
  items: readonly Annexe2Item[],
): Annexe2Reading {
  const header = findHeader(rows);
  if ('code' in header) return { lines: [], faults: [header] };
  const body = rows.slice(header.index + 1);
  if (body.length > linesMax) {
    const message = `Une annexe 2 compte au plus ${linesMax} lignes, ce fichier en a ${body.length}.`;
    return { lines: [], faults: [{ line: 0, code: 'TOO_MANY_LINES', message }] };
  }
  const reader = new Annexe2Reader(header.columns, items);
  for (const row of body) reader.read(row);
  const { lines, faults } = reader.finish();
  if (faults.length <= faultsMax) return { lines, faults };
  const more = `${faults.length - faultsMax} autres points à corriger ne sont pas montrés.`;
  return {
    lines,
    faults: [...faults.slice(0, faultsMax), { line: 0, code: 'MORE_FAULTS', message: more }],
  };
}

/** A commitment is of one account at least, unless the member may commit to nothing (ADH-2). */
export function checkCommitment(
  lines: readonly Annexe2Line[],
  mayBeNothing: boolean,
): Annexe2Fault[] {
  const committed = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  if (committed > 0 || mayBeNothing) return [];
  const message = 'L’engagement doit porter sur au moins un compte.';
  return [{ line: 0, code: 'COMMITMENT_TOO_SMALL', message }];
}
