import { type Case, type Effect, entcore } from '../case.js';
import { entry, equals, fields, is, matching, noEntry, nothingIn, type Shape } from '../shape.js';
import { json, noBody, refused, seen } from './answers.js';

const born = { birthDate: '2015-04-03' };
const pupil = { firstName: 'Prénom', lastName: 'D’Inventé Contrat', type: 'Student', ...born };

export const usersOfSchool = (expected: Shape): Effect => ({
  request: { method: 'GET', path: '/directory/users?structureId={structure}' },
  expected: json(200, expected),
});
export const administrators = (expected: Shape): Effect => ({
  request: { method: 'GET', path: '/directory/user/admin/list?structureId={structure}' },
  expected: json(200, expected),
});
export const user = (name: string, expected: Shape): Effect => ({
  request: { method: 'GET', path: `/directory/user/{${name}}` },
  expected: json(200, expected),
});
/** Row F: property `classes` of a user alone; other versions answer the classes that the user is in. */
export const writtenClasses = (name: string, written: Shape, real: Shape): Effect => ({
  request: { method: 'GET', path: `/directory/user/{${name}}` },
  expected: seen(json(200, fields({ classes: written })), json(200, fields({ classes: real }))),
});

const created = json(201, fields({ id: is('uuid'), login: is('text') }));
const inClass = (json: Readonly<Record<string, unknown>>, of = 'class') =>
  ({ method: 'POST', path: `/directory/class/{${of}}/user`, json }) as const;

/** Making people and telling them anew, in a school of one's own. */
export const creationCases: readonly Case[] = [
  {
    id: 'create-pupil',
    says: 'A pupil is made under the externalId that is sent, with a login out of its names and a code.',
    source: '§1.3 b, §3.4',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({ ...pupil, externalId: 'CONTRAT-{run}-1', emailAcademy: 'a@example.org' }),
    expected: json(
      201,
      fields({ id: is('uuid'), login: matching('^prenom\\.dinventecontrat\\d*$') }),
    ),
    remembers: { pupil: { take: 'id' }, pupilLogin: { take: 'login' } },
    effects: [
      usersOfSchool(
        entry(
          '{pupil}',
          fields({ externalId: equals('CONTRAT-{run}-1'), code: is('activation code') }),
        ),
      ),
      user(
        'pupil',
        fields({
          source: equals('MANUAL'),
          displayName: equals('D’Inventé Contrat Prénom'),
          birthDate: equals('2015-04-03'),
          // The schema of pupils has no such property (appendix A).
          emailAcademy: is('nothing'),
        }),
      ),
      administrators(
        entry('{pupil}', fields({ allClasses: entry('{class}'), birthDate: equals('2015-04-03') })),
      ),
    ],
  },
  {
    id: 'user-alone',
    says: 'A user alone tells who it is, and under which names of ours and of its own.',
    source: '§1.4',
    certainty: 'I',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/user/{pupil}' },
    expected: json(
      200,
      fields({
        externalId: equals('CONTRAT-{run}-1'),
        login: is('text'),
        firstName: is('text'),
        lastName: is('text'),
        birthDate: equals('2015-04-03'),
      }),
    ),
  },
  {
    id: 'user-places',
    says: 'A user alone has its schools with their UAI, and the externalId of the class that its creation named.',
    source: '§1.4',
    certainty: 'I',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/user/{pupil}' },
    expected: json(
      200,
      fields({
        structureNodes: entry(
          '{structure}',
          fields({ UAI: equals('{uai}'), externalId: equals('{structureExternalId}') }),
        ),
        classes: { only: equals('{structureExternalId}$Contrat {run}') },
      }),
    ),
  },
  {
    id: 'create-homonym',
    says: 'A homonym gets the same login with a number.',
    source: '§3.4',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({ ...pupil, externalId: 'CONTRAT-{run}-2' }),
    expected: json(201, fields({ login: matching('^prenom\\.dinventecontrat\\d+$') })),
    remembers: { homonym: { take: 'id' } },
  },
  {
    id: 'create-at-once',
    says: 'Of creations at once in a class some are refused, since a transaction of Neo4j failed: nothing of them is written.',
    source: 'row A',
    certainty: 'F',
    level: 'WRITING',
    request: { ...inClass({ ...pupil, externalId: 'CONTRAT-{run}-c[copy]' }), atOnce: 8 },
    expected: seen(created, {
      ...json(400, { only: fields({ code: matching('^Neo\\.TransientError\\.') }) }),
      seenIn: entcore,
    }),
  },
  {
    id: 'create-again',
    says: 'A second one of the same externalId breaks a constraint, and there is still one.',
    source: '§0, §1.3 b',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({ ...pupil, externalId: 'CONTRAT-{run}-1' }),
    expected: refused('already exists.*externalId'),
    effects: [usersOfSchool(entry('CONTRAT-{run}-1', is('anything'), 'externalId'))],
  },
  {
    id: 'create-without-birth-date',
    says: 'A pupil without a birth date is refused, in French where French is asked for.',
    source: '§1.3',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({ ...pupil, birthDate: undefined, externalId: 'CONTRAT-{run}-3' }),
    expected: refused('naissance'),
  },
  {
    id: 'create-unknown-profile',
    says: 'A profile that is none is refused.',
    source: '§1.3',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({ ...pupil, type: 'Nobody', externalId: 'CONTRAT-{run}-3' }),
    expected: refused('^Invalid profile'),
  },
  {
    id: 'create-nowhere',
    says: 'In a class that is not there nobody is made: 201 with nothing in it.',
    source: 'addendum',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({ ...pupil, externalId: 'CONTRAT-{run}-3' }, 'nobody'),
    expected: json(201, nothingIn),
    effects: [usersOfSchool(noEntry('CONTRAT-{run}-3', 'externalId'))],
  },
  {
    id: 'create-sibling',
    says: 'A pupil of the other class.',
    source: '§1.3 b',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({ ...pupil, firstName: 'Autre', externalId: 'CONTRAT-{run}-4' }, 'otherClass'),
    expected: created,
    remembers: { sibling: { take: 'id' } },
  },
  {
    id: 'create-relative',
    says: 'A guardian made with `childrenIds` is linked to them; one that is not there is passed over.',
    source: '§1.3 b',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({
      ...{ firstName: 'Parent', lastName: 'Inventé', type: 'Relative' },
      externalId: 'CONTRAT-{run}-5',
      childrenIds: ['{pupil}', '{sibling}', '{nobody}'],
    }),
    expected: created,
    remembers: { relative: { take: 'id' } },
    effects: [
      user('relative', fields({ children: entry('{pupil}') })),
      user('pupil', fields({ parents: entry('{relative}') })),
      administrators(
        entry('{relative}', fields({ children: entry('{sibling}'), allClasses: entry('{class}') })),
      ),
    ],
  },
  {
    id: 'relative-not-in-other-classes',
    says: 'The creation puts a guardian into the class of the address, not into those of all its children.',
    source: 'addendum',
    certainty: 'I',
    level: 'WRITING',
    request: {
      method: 'GET',
      path: '/directory/user/admin/list?structureId={structure}',
    },
    expected: json(200, entry('{relative}', fields({ allClasses: noEntry('{otherClass}') }))),
  },
  {
    id: 'create-teacher',
    says: 'Of staff the academic mail is kept.',
    source: 'appendix A',
    certainty: 'F',
    level: 'WRITING',
    request: inClass({
      ...{ firstName: 'Maîtresse', lastName: 'Inventée', type: 'Teacher' },
      ...{ externalId: 'CONTRAT-{run}-6', emailAcademy: 'contrat.{run}@example.org' },
    }),
    expected: created,
    remembers: { teacher: { take: 'id' } },
    effects: [user('teacher', fields({ emailAcademy: equals('contrat.{run}@example.org') }))],
  },
  {
    id: 'rename',
    says: 'New names and a new birth date are taken; the login stays.',
    source: '§1.5',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'PUT',
      path: '/directory/user/{pupil}',
      json: {
        ...{ firstName: 'Nouveau', lastName: 'Nom', displayName: 'Nom Nouveau' },
        birthDate: '2015-04-04',
      },
    },
    expected: json(200, fields({ id: equals('{pupil}') })),
    effects: [
      user(
        'pupil',
        fields({
          ...{ firstName: equals('Nouveau'), lastName: equals('Nom') },
          ...{ displayName: equals('Nom Nouveau'), birthDate: equals('2015-04-04') },
          login: equals('{pupilLogin}'),
        }),
      ),
    ],
  },
  {
    id: 'rename-key',
    says: 'No call changes an externalId.',
    source: '§1.5, appendix A',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'PUT',
      path: '/directory/user/{pupil}',
      json: { externalId: 'CONTRAT-{run}-other' },
    },
    expected: { status: 400, type: 'ANY' },
    effects: [user('pupil', fields({ externalId: equals('CONTRAT-{run}-1') }))],
  },
  {
    id: 'rename-academic-mail',
    says: 'Nor the academic mail of staff: it is what the creation made it.',
    source: '§1.5',
    certainty: 'F',
    level: 'WRITING',
    request: {
      ...{ method: 'PUT', path: '/directory/user/{teacher}' },
      json: { emailAcademy: 'autre@example.org' },
    },
    expected: { status: 400, type: 'ANY' },
    effects: [user('teacher', fields({ emailAcademy: equals('contrat.{run}@example.org') }))],
  },
  {
    id: 'rename-wrong-date',
    says: 'A birth date that is none is refused, and nothing is changed.',
    source: '§1.5, §3.4',
    certainty: 'F',
    level: 'WRITING',
    request: {
      method: 'PUT',
      path: '/directory/user/{pupil}',
      json: { firstName: 'Encore', birthDate: '04/04/2015' },
    },
    expected: refused('.'),
    effects: [user('pupil', fields({ firstName: equals('Nouveau') }))],
  },
  {
    id: 'block',
    says: 'A block is answered without a body, and seen in both lists.',
    source: '§1.8',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/auth/block/{homonym}', json: { block: true } },
    expected: noBody(200),
    effects: [
      administrators(entry('{homonym}', fields({ blocked: equals(true) }))),
      user('homonym', fields({ blocked: equals(true) })),
    ],
  },
  {
    id: 'unblock',
    says: 'So is its end.',
    source: '§1.8',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/auth/block/{homonym}', json: { block: false } },
    expected: noBody(200),
    effects: [
      administrators(
        entry('{homonym}', fields({ blocked: { oneOf: [equals(false), is('nothing')] } })),
      ),
    ],
  },
];
