import { topics } from '#libs/contracts';
import type { StateTable } from '#libs/messaging';

/** Whose states are told: readers compare their copies with these tables. */
export const states: readonly StateTable[] = [
  { topic: topics.person.name, table: 'person', key: 'person_id' },
  { topic: topics.structure.name, table: 'structure', key: 'uai' },
];
