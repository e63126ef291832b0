import type { ExpectedPeople, ExpectedPerson } from './expected-people.js';

type Side = { readonly lastName: string; readonly firstName: string };

/**
 * Whether two about whom is asked are one (DIR-2), as somebody knows who knows the families. `keysOf`: the academy's keys
 * of a side, none where it states none. `present`: whom it stated first.
 */
export function isOne<One extends Side>(
  { newcomer, known }: { readonly newcomer: One; readonly known: One },
  keysOf: (side: One) => readonly string[],
  expected: ExpectedPeople,
  present: ReadonlyMap<string, ExpectedPerson>,
): boolean {
  const [one, other] = [keysOf(newcomer), keysOf(known)];
  // Of whom the academy states one only, the other one came by a table, which writes names as they are.
  if (one.length === 0 || other.length === 0) return plainName(newcomer) === plainName(known);
  // A teacher may be a parent in two families of the school: three entries of one person.
  const whoOf = (key: string) => expected.teacherWho(key, present) ?? key;
  return one.some((key) => other.some((each) => whoOf(key) === whoOf(each)));
}

export const plainName = ({ lastName, firstName }: Side) =>
  `${lastName} ${firstName}`
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
