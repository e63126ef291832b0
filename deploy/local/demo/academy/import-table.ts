import type { Import } from '#libs/contracts';
import { formatCount } from '#libs/money';
import type { Services } from '../services.js';
import { type Column, table } from '../text-table.js';
import { agent } from './academy-story.js';
import { ldapSource, sources } from './deliveries.js';

const states: Readonly<Record<string, string>> = {
  READING: 'en lecture',
  PLANNED: 'en cours',
  APPLYING: 'en cours',
  COMPLETED: 'terminé',
  HELD: 'à décider',
  REFUSED: 'refusé',
  FAILED: 'en échec',
};
const count = (pick: (one: Import) => number) => (one: Import) => formatCount(pick(one));

const columns: readonly Column<Import>[] = [
  { title: 'Import du', cell: ({ startedOn }) => startedOn },
  { title: 'Données du', cell: ({ datedOn }) => datedOn },
  {
    title: 'Source',
    cell: ({ source }) => sources.find((one) => one.sourceCode === source)?.title ?? source,
  },
  { title: 'État', cell: ({ state }) => states[state] ?? state },
  { title: 'Lues', cell: count((one) => one.entriesRead), align: 'right' },
  { title: 'Créées', cell: count((one) => one.peopleCreated), align: 'right' },
  { title: 'Modifiées', cell: count((one) => one.peopleChanged), align: 'right' },
  { title: 'Parties', cell: count((one) => one.peopleRemoved), align: 'right' },
  {
    title: 'Remarques',
    cell: count(({ remarks }) => remarks.reduce((sum, remark) => sum + remark.count, 0)),
    align: 'right',
  },
];

/** Daily readings of the LDAP that found nothing new are not worth a line. */
const isWorthALine = (one: Import): boolean =>
  one.source !== ldapSource ||
  one.state !== 'COMPLETED' ||
  one.peopleCreated + one.peopleChanged + one.peopleRemoved > 0;

/** All imports with their figures, the oldest first. */
export async function importTable(
  services: Services,
  bold: (text: string) => string,
): Promise<string> {
  const { imports } = await services.directory(agent).listImports({ limit: 200 });
  return table(columns, imports.filter(isWorthALine).toReversed(), undefined, bold);
}
