import type { Case } from '../case.js';
import { entry, equals, fields, noEntry, nothingIn } from '../shape.js';
import { json, noBody, refused, seen } from './answers.js';
import { administrators, user, usersOfSchool, writtenClasses } from './user-cases.js';

const put = (path: string) => ({ method: 'PUT', path }) as const;
const del = (path: string) => ({ method: 'DELETE', path }) as const;
const classesOf = (name: string, shape: Parameters<typeof entry>[1]) =>
  administrators(entry(`{${name}}`, fields({ allClasses: shape! })));

const homeClass = equals('{structureExternalId}$Contrat {run}');

/** Links to classes, schools and families. */
export const tieCases: readonly Case[] = [
  {
    id: 'link-class',
    says: 'A user joins a further class, and stays in the one it has.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: put('/directory/class/{otherClass}/link/{pupil}'),
    expected: json(200, fields({ id: equals('{pupil}') })),
    effects: [
      classesOf('pupil', entry('{class}')),
      classesOf('pupil', entry('{otherClass}')),
      writtenClasses('pupil', { only: homeClass }, { length: 2 }),
    ],
  },
  {
    id: 'link-class-unknown-user',
    says: 'Nobody to link is 404 without a body.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: put('/directory/class/{class}/link/{nobody}'),
    expected: noBody(404),
  },
  {
    id: 'link-unknown-class',
    says: 'So is no class to link to.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: put('/directory/class/{nobody}/link/{pupil}'),
    expected: noBody(404),
  },
  {
    id: 'unlink-class',
    says: 'Who leaves a class stays in the school.',
    source: '§1.2, addendum',
    certainty: 'F',
    level: 'WRITING',
    request: del('/directory/class/{class}/unlink/{pupil}'),
    expected: json(200, fields({ id: equals('{pupil}') })),
    effects: [
      classesOf('pupil', noEntry('{class}')),
      classesOf('pupil', entry('{otherClass}')),
      writtenClasses('pupil', { length: 0 }, { length: 1 }),
      usersOfSchool(entry('{pupil}')),
    ],
  },
  {
    id: 'relate',
    says: 'A guardian linked to a pupil joins the pupil’s class; the answer has no body.',
    source: '§1.7',
    certainty: 'F',
    level: 'WRITING',
    request: put('/directory/user/{sibling}/related/{relative}'),
    expected: noBody(200),
    effects: [
      classesOf('relative', entry('{otherClass}')),
      writtenClasses('relative', { only: homeClass }, { length: 2 }),
    ],
  },
  {
    id: 'relate-again',
    says: 'Linked again, they are linked once.',
    source: '§1.7',
    certainty: 'F',
    level: 'WRITING',
    request: put('/directory/user/{sibling}/related/{relative}'),
    expected: noBody(200),
    effects: [user('sibling', fields({ parents: entry('{relative}') }))],
  },
  {
    id: 'relate-unknown',
    says: 'A pupil that is not there is told with 404.',
    source: '§1.7',
    certainty: 'F',
    level: 'WRITING',
    request: put('/directory/user/{nobody}/related/{relative}'),
    expected: refused('^user\\.not\\.found$', 404),
  },
  {
    id: 'relate-wrong-profile',
    says: 'So is one who is no guardian.',
    source: '§1.7',
    certainty: 'F',
    level: 'WRITING',
    request: put('/directory/user/{sibling}/related/{homonym}'),
    expected: refused('^user\\.not\\.found$', 404),
  },
  {
    id: 'unrelate',
    says: 'The link goes, and the guardian from the class where it has no other child; not from the school.',
    source: '§1.7',
    certainty: 'F',
    level: 'WRITING',
    request: del('/directory/user/{pupil}/related/{relative}'),
    expected: json(200, nothingIn),
    effects: [
      user('relative', fields({ children: noEntry('{pupil}') })),
      // The sibling is in the same class by now.
      classesOf('relative', entry('{otherClass}')),
      usersOfSchool(entry('{relative}')),
    ],
  },
  {
    id: 'unlink-structure',
    says: 'Leaving a school is answered with an empty object: classes and school are left, the user stays.',
    source: 'row B',
    certainty: 'F',
    level: 'WRITING',
    request: del('/directory/structure/{structure}/unlink/{homonym}'),
    expected: seen(json(200, nothingIn), json(200, fields({ id: equals('{homonym}') }))),
    effects: [
      usersOfSchool(noEntry('{homonym}')),
      user('homonym', fields({ structureNodes: noEntry('{structure}') })),
    ],
  },
];
