import { defineProblem } from '#libs/problems';

/**
 * For what one source may be believed before another one (DIR-5): who somebody is, where (with class, level and post),
 * by which relation, and what a school is. What only one says is taken from it in any case.
 */
export const attributes = [
  ...(['NAMES', 'BIRTH_DATE', 'INE', 'ACADEMIC_IDENTIFIER'] as const),
  ...(['PLACES', 'RELATIONS', 'SCHOOLS'] as const),
] as const;
export type Attribute = (typeof attributes)[number];

/** Of a declared source; 1 first. An attribute without one of its own has that of the source. */
export type Believed = {
  readonly priority: number;
  readonly priorities: Readonly<Partial<Record<Attribute, number>>>;
};

export const priorityFor = ({ priority, priorities }: Believed, attribute: Attribute): number =>
  priorities[attribute] ?? priority;

/** The same in SQL, of a row with both. */
export const priorityInSql = (attribute: Attribute, row = 'c'): string =>
  `coalesce((${row}.priorities ->> '${attribute}')::integer, ${row}.priority)`;

const inFrench: Readonly<Record<string, string>> = {
  ...{ NAMES: 'les noms', BIRTH_DATE: 'la date de naissance', INE: 'l’INE' },
  ...{ ACADEMIC_IDENTIFIER: 'l’identifiant académique', PLACES: 'les écoles et classes de chacun' },
  ...{ RELATIONS: 'les liens entre proches', SCHOOLS: 'ce qui est dit des écoles' },
} satisfies Record<Attribute, string>;

class PriorityTwice extends defineProblem('PRIORITY_TWICE', 'invalid') {
  constructor(attribute: string) {
    super(
      `Deux priorités sont données pour ${inFrench[attribute] ?? attribute} : gardez celle qui vaut, puis déclarez de nouveau la source.`,
      { attribute },
    );
  }
}

/** Throws PriorityTwice. */
export function prioritiesOf(
  stated: readonly { readonly attribute: string; readonly priority: number }[],
): Believed['priorities'] {
  const priorities: Partial<Record<string, number>> = {};
  for (const { attribute, priority } of stated) {
    if (priorities[attribute] !== undefined) throw new PriorityTwice(attribute);
    priorities[attribute] = priority;
  }
  return priorities;
}
