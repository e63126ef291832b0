import type { Case } from '../case.js';
import { each, fields, is, orNothing } from '../shape.js';
import { json, openedSession, refused, refusedLogin, rightMissing, toTheDoor } from './answers.js';

const aWriteOnNothing = {
  method: 'PUT',
  path: '/directory/class/{nobody}/link/{nobody}',
} as const;

/** How a connector comes in, and how it is kept out. */
export const sessionCases: readonly Case[] = [
  {
    id: 'login-refused',
    says: 'A wrong password is answered with the login page and status 200.',
    source: '§2.1',
    certainty: 'F',
    level: 'READING',
    request: {
      method: 'POST',
      path: '/auth/login',
      as: 'nobody',
      form: { email: 'contrat.{run}', password: 'not-the-password' },
    },
    expected: refusedLogin(),
  },
  {
    id: 'login',
    says: 'The right password is answered with 302 and three cookies.',
    source: '§2.1',
    certainty: 'F',
    level: 'READING',
    request: {
      method: 'POST',
      path: '/auth/login',
      as: 'nobody',
      form: { email: '{login}', password: '{password}' },
    },
    expected: { ...openedSession, cookies: ['oneSessionId', 'authenticated', 'XSRF-TOKEN'] },
    opens: 'connector',
  },
  {
    id: 'login-twice',
    says: 'A second session of the same account stands beside the first.',
    source: '§2.1',
    certainty: 'I',
    level: 'READING',
    request: {
      method: 'POST',
      path: '/auth/login',
      as: 'nobody',
      form: { email: '{login}', password: '{password}' },
    },
    expected: openedSession,
    opens: 'second',
    effects: [
      {
        request: { method: 'GET', path: '/directory/structure/admin/list' },
        expected: json(200, is('list')),
      },
    ],
  },
  {
    id: 'no-session',
    says: 'Without a session, an API call too is sent to the login page.',
    source: '§0',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/directory/structure/admin/list', as: 'nobody' },
    expected: toTheDoor,
  },
  {
    id: 'ended-session',
    says: 'A session that was closed is none.',
    source: '§2.1',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/auth/logout', as: 'second' },
    expected: { status: 302, type: 'ANY' },
    effects: [
      {
        request: { method: 'GET', path: '/directory/structure/admin/list', as: 'second' },
        expected: toTheDoor,
      },
    ],
  },
  {
    id: 'xsrf-missing',
    says: 'A change without the XSRF header is refused with 403.',
    source: '§0',
    certainty: 'F',
    level: 'READING',
    request: { ...aWriteOnNothing, xsrf: 'MISSING' },
    expected: refused('^invalid\\.xsrf\\.token$', 403),
  },
  {
    id: 'xsrf-wrong',
    says: 'So is one with another one’s.',
    source: '§0',
    certainty: 'F',
    level: 'READING',
    request: { ...aWriteOnNothing, xsrf: 'WRONG' },
    expected: refused('^invalid\\.xsrf\\.token$', 403),
  },
  {
    id: 'structures-list',
    says: 'An administrator reads the schools in its scope, each with its UAI where it has one.',
    source: '§1.1.a',
    certainty: 'F',
    level: 'READING',
    request: { method: 'GET', path: '/directory/structure/admin/list' },
    expected: {
      ...json(
        200,
        each(
          fields({
            id: is('uuid'),
            name: is('text'),
            externalId: is('text'),
            UAI: orNothing(is('text')),
          }),
        ),
      ),
      headers: { 'cache-control': 'no-cache', 'content-type': '^application/json' },
    },
    remembers: {
      structure: { where: { UAI: '{uai}' }, take: 'id' },
      structureExternalId: { where: { UAI: '{uai}' }, take: 'externalId' },
    },
  },
];

const decided = (input: Readonly<Record<string, unknown>>) =>
  ({ method: 'POST', path: '/__simulator/technical-account', json: input }) as const;
const aPupil = {
  ...{ firstName: 'Prénom', lastName: 'Inventé', type: 'Student', birthDate: '2015-04-03' },
};

/** What an operator decides, and what a platform does when it is restarted: of a simulator alone. */
export const operatorCases: readonly Case[] = [
  {
    id: 'terms',
    says: 'An account that must accept the terms anew is sent to them, whatever it calls.',
    source: '§0',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ needsTerms: true })],
    request: { method: 'GET', path: '/directory/users?structureId={structure}' },
    expected: { status: 302, type: 'ANY', headers: { location: '^/auth/revalidate-terms' } },
    then: [decided({})],
  },
  {
    id: 'second-factor',
    says: 'A route that asks for the second factor sends to it who has not given it.',
    source: '§0',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ needsSecondFactor: true })],
    request: { method: 'GET', path: '/directory/structure/{structure}/users' },
    expected: {
      status: 302,
      type: 'ANY',
      headers: { location: '^/auth/validate-mfa\\?force=true&redirect=' },
    },
    then: [decided({})],
  },
  {
    id: 'second-factor-not-asked',
    says: 'The creation of a user in a class does not ask for it.',
    source: '§1.3 b',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ needsSecondFactor: true })],
    request: { method: 'POST', path: '/directory/class/{nobody}/user', json: aPupil },
    expected: json(201, fields({})),
    then: [decided({})],
  },
  {
    id: 'scope-list',
    says: 'An ADML reads the schools of its scope and no other.',
    source: '§1.1.a',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ scope: [] })],
    request: { method: 'GET', path: '/directory/structure/admin/list' },
    expected: json(200, { length: 0 }),
    then: [decided({})],
  },
  {
    id: 'scope-outside',
    says: 'Outside its scope an ADML gets the page of a missing right, with 401.',
    source: '§0, roles; appendix C',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ scope: [] })],
    request: { method: 'GET', path: '/directory/structure/{structure}/users' },
    expected: rightMissing,
    then: [decided({})],
  },
  {
    id: 'scope-inside',
    says: 'Within its scope it passes.',
    source: '§0, roles',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ scope: ['{uai}'] })],
    request: { method: 'GET', path: '/directory/structure/{structure}/users' },
    expected: json(200, is('list')),
    then: [decided({})],
  },
  {
    id: 'scope-write',
    says: 'Outside its scope nobody is changed, either.',
    source: '§1.5',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ scope: [] })],
    request: { method: 'PUT', path: '/directory/user/{sibling}', json: { firstName: 'Autre' } },
    expected: rightMissing,
    then: [decided({})],
  },
  {
    id: 'scope-school',
    says: 'A school is created by an administrator of the whole platform.',
    source: '§1.1',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [decided({ scope: ['{uai}'] })],
    request: { method: 'POST', path: '/directory/school', json: { name: 'Une autre école' } },
    expected: rightMissing,
    then: [decided({})],
  },
  {
    id: 'sessions-ended',
    says: 'A session that the platform ended is sent to the login page.',
    source: '§0',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [{ method: 'POST', path: '/__simulator/expire-sessions', json: {} }],
    request: { method: 'GET', path: '/directory/users?structureId={structure}' },
    expected: toTheDoor,
  },
];
