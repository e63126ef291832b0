/** How many people a school (or `''`: the whole directory) has now, and how many of them an import would remove. */
export type Removals = {
  readonly uai: string;
  readonly present: number;
  readonly removed: number;
};

/**
 * The safety brake (DIR-3): the places where an import would remove more than `percentMax` of the
 * people. Any breach holds the whole import. Integers only: exactly 10 % passes, one more does not.
 */
export function breachesOf(removals: readonly Removals[], percentMax: number): readonly Removals[] {
  return removals.filter(({ present, removed }) => removed * 100 > present * percentMax);
}
