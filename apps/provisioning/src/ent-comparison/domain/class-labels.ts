import { shownName } from './names.js';

export type SeenClass = { readonly entId: string; readonly label: string };
type Placed = {
  readonly entId: string | null;
  readonly places: readonly { readonly uai: string; readonly label: string }[];
};
type Member = { readonly entId: string; readonly classes: readonly SeenClass[] };
export type ClassesSeen = {
  /** Labels by the books of all our classes, those found by their members included. */
  readonly labels: ReadonlyMap<string, string>;
  /** The books lack their identifier; the label is that of the books. */
  readonly found: readonly SeenClass[];
  /** Ours, under another label in the ENT. */
  readonly renamed: readonly SeenClass[];
};

/** Fewer members of a lost class in one place prove nothing. */
const membersLeast = 2;

/**
 * Compares the classes in the entries of users with the books. The ENT may lack both label and identifier of a booked
 * class: then the class that holds most of its members is taken. A class keeps the externalId of its first label, so a
 * class renamed by hand would refuse newcomers.
 */
export function classesSeen(
  uai: string,
  accounts: readonly Placed[],
  users: readonly Member[],
  ofBooks: ReadonlyMap<string, string>,
): ClassesSeen {
  const seen = new Map(
    users.flatMap(({ classes }) => classes.map(({ entId, label }) => [entId, label] as const)),
  );
  const known = new Set([...ofBooks.values(), ...seen.values()]);
  const userOf = new Map(users.map((user) => [user.entId, user]));
  const members = accounts.flatMap(({ entId, places }) => {
    const user = userOf.get(entId ?? '');
    const lost = places.filter((place) => place.uai === uai && !known.has(place.label));
    return user ? lost.map(({ label }) => ({ label, user })) : [];
  });
  const found = [...Map.groupBy(members, ({ label }) => label)].flatMap(([label, all]) => {
    const counts = Map.groupBy(
      all.flatMap(({ user }) => user.classes.filter(({ entId }) => !ofBooks.has(entId))),
      ({ entId }) => entId,
    );
    const most = [...counts].find(
      ([, inIt]) => inIt.length >= membersLeast && inIt.length * 2 > all.length,
    );
    return most ? [{ entId: most[0], label }] : [];
  });
  // One class cannot be two of the books.
  const claims = Map.groupBy(found, ({ entId }) => entId);
  const sure = found.filter(({ entId }) => claims.get(entId)?.length === 1);
  return {
    labels: new Map([...ofBooks, ...sure.map(({ entId, label }) => [entId, label] as const)]),
    found: sure,
    renamed: [...ofBooks].flatMap(([entId, label]) => {
      const shown = seen.get(entId);
      const isSame = shown === undefined || shownName(shown) === shownName(label);
      return isSame ? [] : [{ entId, label: shown }];
    }),
  };
}
