import type { InspectionRole } from './directory-source.js';
import { plain } from './tables/row-values.js';

const inspectors = new Set(['ins', 'ien']);
const advisers = new Set(['cpc', 'cpd']);

/**
 * By the code of the function, else by its name: no list of the AAF's codes that is public has one for the advisers of a
 * circonscription. A `conseiller principal` of school life is none.
 */
export function inspectionRoleOf(code: string, name: string): InspectionRole | undefined {
  const short = plain(code);
  if (inspectors.has(short)) return 'INSPECTOR';
  if (advisers.has(short)) return 'ADVISER';
  return /^conseill\S* pedagogique/.test(plain(name)) ? 'ADVISER' : undefined;
}
