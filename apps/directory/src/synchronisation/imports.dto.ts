import type { ImportReport } from './imports.pg.js';

/** As the contract writes it: the sort key stays inside. */
export function toImport({ cursor: _cursor, ...report }: ImportReport) {
  return { ...report, remarks: [...report.remarks] };
}
