import { type ExpectedPeople, type ExpectedPerson } from './expected-people.js';

type Side = { readonly lastName: string; readonly firstName: string };

/**
 * Whether two about whom is asked are one (DIR-2), as somebody knows who knows the families. `keyOf`: the academy's key of
 * a side; undefined where it states none. `present`: whom it stated first.
 */
export function isOne<One extends Side>(
  { newcomer, known }: { readonly newcomer: One; readonly known: One },
  keyOf: (side: One) => string | undefined,
  expected: ExpectedPeople,
  present: ReadonlyMap<string, ExpectedPerson>,
): boolean {
  const [one, other] = [keyOf(newcomer), keyOf(known)];
  // Of whom the academy states one only, the other one came by a table, which writes names as they are.
  if (!one || !other) return plain(newcomer) === plain(known);
  return [
    [one, other],
    [other, one],
  ].some(([guardian, teacher]) => expected.teacherWho(guardian!, present) === teacher);
}

const plain = ({ lastName, firstName }: Side) =>
  `${lastName} ${firstName}`
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
