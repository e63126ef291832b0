import { type BookedUser, compareEnt, faultWords } from './compare-ent.js';
import type { EntSchoolUsers, EntUser } from './ent-api.js';

const uai = '0440437L';
const school = { id: 's', UAI: uai, name: 'École' };
const classes = ['CP A', 'CE1 B', 'Familles'].map((name) => ({ id: `class ${name}`, name }));
const classOf = (name: string) => ({ id: `class ${name}`, name });

const booked = (login: string, more: Partial<BookedUser> = {}): BookedUser => ({
  ...{ accountId: `account of ${login}`, login, isBlocked: false, isActivated: false },
  ...{ type: 'Student', lastName: 'Exemple', firstName: login, birthDate: '2015-04-03' },
  ...{ classes: [`${uai} CP A`], children: [] },
  ...more,
});
const user = (login: string, more: Partial<EntUser> = {}): EntUser => ({
  ...{ id: `user ${login}`, login, type: 'Student', externalId: `NANTES-${login}`, code: 'abc' },
  ...{ lastName: 'Exemple', firstName: login, birthDate: '2015-04-03', blocked: null },
  ...{ structures: [school], allClasses: [classOf('CP A')], children: [{ id: null }] },
  ...more,
});

/** A pupil, one who is closed, and the first one's mother. */
const mother = { type: 'Relative', birthDate: '' };
const books = [
  booked('zoe'),
  booked('noel', { isBlocked: true }),
  booked('ana', { ...mother, classes: [`${uai} Familles`], children: ['zoe'] }),
];
const inEnt = (changed: Partial<Record<string, Partial<EntUser> | undefined>> = {}) => {
  const all = [
    user('zoe'),
    user('noel', { blocked: true }),
    user('ana', {
      ...{ type: 'Relative', birthDate: null, children: [{ id: 'user zoe' }] },
      allClasses: [classOf('Familles'), classOf('CP A')],
    }),
  ];
  return all
    .filter(({ login }) => !(login in changed) || changed[login] !== undefined)
    .map((each) => ({ ...each, ...changed[each.login] }));
};
const compared = (users: readonly EntUser[]) =>
  compareEnt(books, [{ ...school, classes, users } satisfies EntSchoolUsers]);

test('PRV-5: finds nothing where the ENT has what the books have', () => {
  const { faults, ...figures } = compared(inEnt());
  expect([...faults]).toEqual([]);
  expect(figures).toEqual({ open: 2, blocked: 1, links: 1 });
});

test.each<[string, EntUser[]]>([
  ['1 compte absent de l’ENT', inEnt({ ana: undefined })],
  ['1 compte de l’ENT inconnu de nos registres', [...inEnt(), user('autre')]],
  ['1 compte bloqué à tort', inEnt({ zoe: { blocked: true } })],
  ['1 compte resté ouvert', inEnt({ noel: { blocked: null } })],
  ['1 compte d’un autre profil', inEnt({ zoe: { type: 'Guest' } })],
  ['1 compte sous un autre nom', inEnt({ noel: { lastName: 'Autre' } })],
  ['1 autre date de naissance', inEnt({ zoe: { birthDate: '2015-04-04' } })],
  ['1 compte dans une autre école', inEnt({ ana: { structures: [] } })],
  [
    '1 compte dans une autre classe',
    inEnt({ ana: { allClasses: [classOf('Familles'), classOf('CP A'), classOf('CE1 B')] } }),
  ],
  ['1 première connexion vue d’un seul côté', inEnt({ zoe: { code: null } })],
  ['1 lien de famille différent', inEnt({ ana: { children: [{ id: 'user noel' }] } })],
])('PRV-5: %s', (told, users) => {
  expect(faultWords(compared(users)).map((words) => words.replace(/ \(.*/, ''))).toEqual([told]);
});

test('a child in another class is told of, not its guardian who follows it', () => {
  const moved = { allClasses: [classOf('CE1 B')] };
  const mothers = { allClasses: [classOf('Familles'), classOf('CE1 B')] };
  expect(faultWords(compared(inEnt({ zoe: moved, ana: mothers })))).toEqual([
    '1 compte dans une autre classe (account of zoe)',
  ]);
});
