import { localDate } from '#libs/time';
import {
  type AccountSides,
  type BooksSide,
  compareSides,
  type DirectorySide,
  type EntSide,
} from './account-sides.js';

const cp = { uai: '0440001A', label: 'CP' };
const person = { lastName: 'NOM', firstName: 'Léa', birthDate: '2015-04-03' };
const books: BooksSide = {
  ...{ state: 'ACTIVATED', profile: 'STUDENT', entId: 'e-1', isRemoved: false, externalId: 'k-1' },
  ...{ hasLateKey: false, login: 'lea.nom', mustBeBlocked: false, wasUsed: true, isNamed: true },
  ...{ places: [cp], familyEntIds: [] },
};
const directory: DirectorySide = { ...person, key: 'k-1', places: [cp], familyEntIds: [] };
const user = {
  ...person,
  externalId: 'k-1',
  login: 'lea.nom',
  isBlocked: false,
  isActivated: true,
};
const there = { is: 'PRESENT', ...user, places: [cp], familyEntIds: [] } as const;
const alike: AccountSides = { directory, books, ent: there };

const compared = (changed: {
  directory?: Partial<DirectorySide> | null;
  books?: Partial<BooksSide>;
  ent?: EntSide;
}) =>
  compareSides({
    directory: changed.directory === null ? null : { ...directory, ...changed.directory },
    books: { ...books, ...changed.books },
    ent: changed.ent ?? there,
  });
const differing = (changed: Parameters<typeof compared>[0]) =>
  compared(changed).lines.flatMap(({ about, differs }) => (differs ? [about] : []));

test('PRV-5: three sides that agree differ in nothing', () => {
  const { differences, places, mayRestore, entInWords } = compareSides(alike);
  expect([differences, mayRestore, entInWords]).toEqual([[], false, 'L’ENT a ce compte.']);
  expect(places).toEqual([{ ...cp, inDirectory: true, inBooks: true, inEnt: true }]);
});

test.each<[string, Parameters<typeof compared>[0], string[]]>([
  ['another name there', { ent: { ...there, lastName: 'NON' } }, ['NAME']],
  ['a name in another case', { ent: { ...there, lastName: 'Nom ' } }, []],
  ['another birth date', { ent: { ...there, birthDate: '2015-04-30' } }, ['BIRTH_DATE']],
  ['no birth date in the directory', { directory: { birthDate: '' } }, []],
  ['a key that came later', { books: { hasLateKey: true } }, ['KEY']],
  ['another key there', { ent: { ...there, externalId: 'k-2' } }, ['KEY']],
  ['another login', { ent: { ...there, login: 'lea.nom2' } }, ['LOGIN']],
  ['blocked by hand', { ent: { ...there, isBlocked: true } }, ['BLOCK']],
  ['never in, there', { ent: { ...there, isActivated: false } }, ['USE']],
  ['erased in the directory', { directory: null }, []],
  ['the name of who is closing', { books: { state: 'CLOSING' }, directory: { lastName: 'X' } }, []],
  ['no answer', { ent: { is: 'UNKNOWN', code: 'ENT_TIMEOUT' } }, []],
  ['nobody there', { ent: { is: 'ABSENT' } }, []],
])('PRV-5: %s', (_what, changed, expected) => {
  expect(differing(changed)).toEqual(expected);
});

test.each<[string, Parameters<typeof compared>[0], RegExp | undefined]>([
  ['gone there', { ent: { is: 'ABSENT' } }, /n’a plus ce compte/],
  [
    'gone there, as the books have it',
    { books: { isRemoved: true }, ent: { is: 'ABSENT' } },
    undefined,
  ],
  ['never told', { books: { entId: null }, ent: { is: 'NONE' } }, undefined],
  ['deleted, and back', { books: { isRemoved: true, state: 'DELETED' } }, /de nouveau présent/],
  ['in no class that it was told', { ent: { ...there, places: [] } }, /toutes les classes/],
  [
    'a class not told yet',
    { directory: { places: [{ ...cp, label: 'CE1' }] } },
    /pas encore toutes/,
  ],
  [
    'classes of who is blocked',
    {
      books: { mustBeBlocked: true, state: 'CLOSING' },
      directory: { places: [] },
      ent: { ...there, isBlocked: true },
    },
    undefined,
  ],
  ['no answer', { ent: { is: 'UNKNOWN', code: 'ENT_TIMEOUT' } }, undefined],
])('PRV-5: says of %s what becomes of it', (_what, changed, said) => {
  const { differences } = compared(changed);
  if (said) expect(differences).toEqual([expect.stringMatching(said)]);
  else expect(differences).toEqual([]);
});

test('PRV-5: who was deleted there by others may be restored, and nobody whom the books deleted', () => {
  const ent = { is: 'PRE_DELETED', deletedOn: localDate('2022-09-05'), ...user } as const;
  const { mayRestore, differences, entInWords } = compared({ ent });
  expect([mayRestore, entInWords]).toEqual([
    true,
    'L’ENT a supprimé ce compte le 5 septembre 2022, et le garde encore.',
  ]);
  expect(differences).toEqual([expect.stringMatching(/restauré, avec son identifiant/)]);
  for (const changed of [{ isRemoved: true }, { state: 'DELETED' as const }, { entId: null }])
    expect(compared({ books: changed, ent })).toMatchObject({ mayRestore: false, differences: [] });
  expect(compared({ books: { state: 'CLOSING' }, ent }).mayRestore).toBe(true);
});

test('PRV-5: of a guardian links that lack and links too many differ, and none that others made', () => {
  const relative = { profile: 'RELATIVE', familyEntIds: ['c-1'] } as const;
  const family = (wanted: string[], told: string[], has: string[]) =>
    differing({
      directory: { familyEntIds: wanted },
      books: { ...relative, familyEntIds: told },
      ent: { ...there, familyEntIds: has },
    });
  expect(family(['c-1'], ['c-1'], ['c-1', 'c-9'])).toEqual([]);
  expect(family(['c-1'], ['c-1'], [])).toEqual(['FAMILY']);
  expect(family(['c-1', 'c-2'], ['c-1'], ['c-1'])).toEqual(['FAMILY']);
  expect(family([], ['c-1'], ['c-1'])).toEqual(['FAMILY']);
});

test('SUP-4: no difference says a value of the person', () => {
  const { differences } = compared({
    ent: { ...there, lastName: 'NON', birthDate: '2015-05-03', login: 'x.y', externalId: 'k-2' },
  });
  expect(differences).toHaveLength(4);
  expect(differences.join(' ')).not.toMatch(/NON|NOM|Léa|2015|x\.y|k-\d/);
});
