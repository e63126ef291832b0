import type { Case } from '../case.js';
import { each, entry, equals, fields, is, nothingIn, orNothing } from '../shape.js';
import { json, nobody, noBody, refused, seen } from './answers.js';
import { writtenClasses } from './user-cases.js';

const classes = {
  method: 'GET',
  path: '/directory/class/admin/list?structureId={structure}',
} as const;

const groupsOfSchool = {
  method: 'GET',
  path: '/appregistry/groups/roles?structureId={structure}',
} as const;

/** Of a simulator alone: no call deletes a school (§1.1), so nobody makes one in a foreign platform to try it out. */
export const newSchoolCases: readonly Case[] = [
  {
    id: 'create-school',
    says: 'A school is created under the externalId that is sent, and is in the list.',
    source: '§1.1',
    certainty: 'F',
    level: 'SIMULATOR',
    request: {
      method: 'POST',
      path: '/directory/school',
      json: { name: '{structureName}', UAI: '{uai}', externalId: '{uai}' },
    },
    expected: json(201, fields({ id: is('uuid') })),
    remembers: { created: { take: 'id' } },
    effects: [
      {
        request: { method: 'GET', path: '/directory/structure/admin/list' },
        expected: json(
          200,
          entry('{created}', fields({ UAI: equals('{uai}'), externalId: equals('{uai}') })),
        ),
      },
    ],
  },
  {
    id: 'create-school-again',
    says: 'A second school of the same UAI breaks a constraint.',
    source: '§0',
    certainty: 'F',
    level: 'SIMULATOR',
    request: {
      method: 'POST',
      path: '/directory/school',
      json: { name: 'Une autre école', UAI: '{uai}' },
    },
    expected: refused('already exists.*UAI'),
  },
];

/** Lists of a school, which any run reads. */
export const listCases: readonly Case[] = [
  {
    id: 'classes-list',
    says: 'The classes of a school, each with its name.',
    source: '§1.2',
    certainty: 'F',
    level: 'READING',
    request: classes,
    expected: json(200, each(fields({ id: is('text'), name: is('text'), externalId: is('text') }))),
  },
  {
    id: 'users-list',
    says: 'The smallest list of a school: identifier, externalId, login; a code for who has never come.',
    source: '§1.4',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/directory/users?structureId={structure}' },
    expected: json(
      200,
      each(
        fields({
          ...{ id: is('text'), type: is('profile'), externalId: is('text'), login: is('text') },
          code: orNothing(is('activation code')),
        }),
      ),
    ),
  },
  {
    id: 'answer-not-kept',
    says: 'What the platform answers is JSON that nobody on its way may keep.',
    source: '§0',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/directory/users?structureId={structure}' },
    expected: {
      ...json(200, is('list')),
      headers: {
        ...{ 'content-type': '^application/json', 'cache-control': 'no-cache, must-revalidate' },
        expires: '^-1$',
      },
    },
  },
  {
    id: 'structure-users',
    says: 'The list of a school’s users, with classes and the date of a deletion.',
    source: '§1.1.b',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/directory/structure/{structure}/users' },
    expected: json(
      200,
      each(
        fields({
          ...{ id: is('text'), type: is('profile'), login: is('text'), source: is('text') },
          deleteDate: orNothing(is('number')),
          classes: is('list'),
          structures: is('list'),
          blocked: orNothing(is('flag')),
        }),
      ),
    ),
  },
  {
    id: 'admin-users',
    says: 'The list of administrators, with birth date, block, classes and children.',
    source: '§1.4',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/directory/user/admin/list?structureId={structure}' },
    expected: json(
      200,
      each(
        fields({
          ...{ id: is('text'), type: is('profile'), externalId: is('text'), login: is('text') },
          birthDate: orNothing(is('text')),
          blocked: orNothing(is('flag')),
          allClasses: is('list'),
          children: orNothing(is('list')),
        }),
      ),
    ),
  },
  {
    id: 'user-unknown',
    says: 'A user that is not there is answered without an identifier.',
    source: 'row E',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/directory/user/{nobody}' },
    expected: nobody,
  },
];

/** Classes, in a school of one's own. */
export const classCases: readonly Case[] = [
  {
    id: 'create-class',
    says: 'A class bears the school’s externalId and its name, whatever externalId is sent.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'POST',
      path: '/directory/class/{structure}?setDefaultRoles=true',
      json: { name: 'Contrat {run}', level: 'CP', externalId: 'contrat' },
    },
    expected: json(201, fields({ id: is('uuid') })),
    remembers: { class: { take: 'id' } },
    effects: [
      {
        request: classes,
        expected: json(
          200,
          entry('{class}', fields({ externalId: equals('{structureExternalId}$Contrat {run}') })),
        ),
      },
    ],
  },
  {
    id: 'create-class-again',
    says: 'A second class of the same name breaks a constraint.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'POST',
      path: '/directory/class/{structure}?setDefaultRoles=true',
      json: { name: 'Contrat {run}', level: 'CP' },
    },
    expected: refused('already exists'),
  },
  {
    id: 'create-second-class',
    says: 'Another one of another name.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'POST',
      path: '/directory/class/{structure}?setDefaultRoles=true',
      json: { name: 'Contrat {run} 2', level: 'CE1' },
    },
    expected: json(201, fields({ id: is('uuid') })),
    remembers: { otherClass: { take: 'id' } },
  },
  {
    id: 'class-with-roles',
    says: 'Made with default roles, the groups of a class have applications.',
    source: 'addendum, §2.4',
    certainty: 'F',
    // By which name a group is shown depends on the platform's texts.
    level: 'SIMULATOR',
    request: groupsOfSchool,
    expected: json(
      200,
      entry('Contrat {run}-Student', fields({ roles: { each: is('text') } }), 'name'),
    ),
    effects: [
      {
        request: groupsOfSchool,
        expected: json(
          200,
          entry('Contrat {run}-Relative', fields({ roles: { length: 1 } }), 'name'),
        ),
      },
    ],
  },
  {
    id: 'class-without-roles',
    says: 'Without them they have none.',
    source: 'addendum, §2.4',
    certainty: 'F',
    level: 'SIMULATOR',
    request: {
      method: 'POST',
      path: '/directory/class/{structure}',
      json: { name: 'Contrat {run} 5', level: 'CE1' },
    },
    expected: json(201, fields({ id: is('uuid') })),
    effects: [
      {
        request: groupsOfSchool,
        expected: json(
          200,
          entry('Contrat {run} 5-Student', fields({ roles: { length: 0 } }), 'name'),
        ),
      },
    ],
  },
  {
    id: 'create-class-nowhere',
    says: 'In a school that is not there no class is made: 404 without a body.',
    source: 'row M',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'POST',
      path: '/directory/class/{nobody}?setDefaultRoles=true',
      json: { name: 'Contrat {run} 3' },
    },
    expected: seen(noBody(404), refused('.'), json(201, nothingIn)),
  },
  {
    id: 'delete-class',
    says: 'No class is deleted: 403, and it is still there.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'DELETE', path: '/directory/class/{class}' },
    expected: { status: 403, type: 'ANY' },
    effects: [{ request: classes, expected: json(200, entry('{class}')) }],
  },
];

/** At the end: it takes all classes of the school away. */
export const transitionCases: readonly Case[] = [
  {
    id: 'transition',
    says: 'The change of the school year takes the classes; people stay in the school.',
    source: '§3.3',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'POST',
      path: '/directory/transition?structureExternalId={structureExternalId}',
    },
    expected: { status: 200, type: 'ANY' },
    effects: [
      { request: classes, expected: json(200, { length: 0 }) },
      {
        request: { method: 'GET', path: '/directory/users?structureId={structure}' },
        expected: json(200, entry('{sibling}')),
      },
      writtenClasses('sibling', { length: 1 }, { length: 0 }),
    ],
  },
  {
    id: 'create-user-in-gone-class',
    says: 'Whoever is created in a class that is gone is nobody: 201 with nothing in it.',
    source: 'addendum',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'POST',
      path: '/directory/class/{class}/user',
      json: {
        ...{ firstName: 'Prénom', lastName: 'Inventé', type: 'Student', birthDate: '2015-04-03' },
        externalId: 'CONTRAT-{run}-gone',
      },
    },
    expected: json(201, nothingIn),
  },
  {
    id: 'link-to-gone-class',
    says: 'Linking to a class that is gone is 404 without a body.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/class/{class}/link/{sibling}' },
    expected: noBody(404),
  },
];
