import type { Case, CaseRequest } from '../case.js';
import { entry, equals, fields, is, matching, noEntry, nothingIn } from '../shape.js';
import {
  json,
  nobody,
  noBody,
  openedSession,
  refused,
  refusedLogin,
  rightMissing,
  seen,
  wordedRefusal,
} from './answers.js';
import { renewed } from './letter-cases.js';
import { administrators, user, usersOfSchool } from './user-cases.js';

const del = (query: string): CaseRequest => ({
  ...{ method: 'DELETE', path: `/directory/user${query}` },
});
const password = 'un mot de passe inventé';
const logIn = (secret: string): CaseRequest => ({
  ...{ method: 'POST', path: '/auth/login', as: 'nobody' },
  form: { email: '{pupilLogin}', password: secret },
});
const activation = (code: string): CaseRequest => ({
  ...{ method: 'POST', path: '/auth/activation', as: 'nobody' },
  form: {
    ...{ login: '{pupilLogin}', activationCode: code, acceptCGU: 'true' },
    ...{ password, confirmPassword: password },
  },
});

/** First use, and what becomes of a person with and without one. */
export const deletionCases: readonly Case[] = [
  {
    id: 'code',
    says: 'Who has never come has a code in the list of the school.',
    source: '§1.4',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/users?structureId={structure}' },
    expected: json(200, entry('{pupil}', fields({ code: is('activation code') }))),
    remembers: { code: { where: { id: '{pupil}' }, take: 'code' } },
  },
  {
    id: 'login-with-code',
    says: 'Whoever logs in with the code gets the page of activation, and is not in.',
    source: '§2.1',
    certainty: 'F',
    level: 'WRITING',
    request: logIn('{code}'),
    expected: refusedLogin(),
  },
  {
    id: 'activation-wrong-code',
    says: 'A wrong code is told in JSON with status 200.',
    source: '§1.9',
    certainty: 'F',
    level: 'WRITING',
    request: activation('wrong'),
    expected: json(200, fields({ error: fields({ message: is('text') }) })),
  },
  {
    id: 'activation',
    says: 'The right one is answered with 302; no code is left.',
    source: '§1.9',
    certainty: 'T',
    level: 'WRITING',
    request: activation('{code}'),
    expected: { status: 302, type: 'ANY' },
    effects: [usersOfSchool(entry('{pupil}', fields({ code: is('nothing') })))],
  },
  {
    id: 'login-of-person',
    says: 'The person logs in.',
    source: '§2.1',
    certainty: 'F',
    level: 'WRITING',
    request: logIn(password),
    expected: openedSession,
    opens: 'person',
    effects: [
      {
        // A right that is missing, and not a session that ended.
        request: { method: 'GET', path: '/directory/structure/{structure}/users', as: 'person' },
        expected: rightMissing,
      },
    ],
  },
  {
    id: 'login-of-blocked',
    says: 'A blocked user gets the login page with status 200, in words of its language.',
    source: '§1.8, row L',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/auth/block/{pupil}', json: { block: true } },
    expected: noBody(200),
    effects: [{ request: logIn(renewed), expected: wordedRefusal('blockedUser') }],
  },
  {
    id: 'block-nobody',
    says: 'Blocking whom the platform does not have is refused without a word.',
    source: '§1.8, §0',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/auth/block/{nobody}', json: { block: true } },
    expected: noBody(400),
  },
  {
    id: 'ban',
    says: 'After so many wrong passwords the right one is refused, too.',
    source: '§2.1, row L',
    certainty: 'I',
    level: 'WRITING',
    // Five in the code, twenty as the template of production has it.
    request: {
      ...{ method: 'POST', path: '/auth/login', as: 'nobody', times: 21 },
      form: { email: 'contrat.{run}', password: 'not-the-password' },
    },
    expected: wordedRefusal('ban'),
  },
  {
    id: 'delete-unknown',
    says: 'Nobody to delete is refused, and so are all others of the call.',
    source: '§1.6',
    certainty: 'F',
    level: 'WRITING',
    request: del('?userId={homonym}&userId={nobody}'),
    expected: refused('^unauthorized\\.user$'),
    effects: [user('homonym', fields({ id: equals('{homonym}') }))],
  },
  {
    id: 'delete-without-id',
    says: 'A call that names nobody is refused.',
    source: '§1.6',
    certainty: 'F',
    level: 'WRITING',
    request: del(''),
    expected: refused('^Missing users'),
  },
  {
    id: 'delete-never-used',
    says: 'Who has never come is gone at once.',
    source: '§1.6',
    certainty: 'F',
    level: 'WRITING',
    request: del('?userId={homonym}'),
    expected: json(200, nothingIn),
    effects: [
      {
        request: { method: 'GET', path: '/directory/user/{homonym}' },
        expected: nobody,
      },
    ],
  },
  {
    id: 'make-anew-under-another-key',
    says: 'It can be made anew under another externalId: the way to a key that came too late.',
    source: '§1.3 b, §1.6',
    certainty: 'F',
    level: 'WRITING',
    request: {
      ...{ method: 'POST', path: '/directory/class/{class}/user' },
      json: {
        ...{ firstName: 'Prénom', lastName: 'D’Inventé Contrat', type: 'Student' },
        ...{ birthDate: '2015-04-03', externalId: 'CONTRAT-{run}-14' },
      },
    },
    expected: json(201, fields({ id: is('uuid'), login: is('text') })),
  },
  {
    id: 'restore-nobody',
    says: 'Restoring who is gone changes nothing, and says nothing.',
    source: '§1.6',
    certainty: 'I',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/restore/user?userId={homonym}' },
    expected: json(200, nothingIn),
    effects: [
      {
        request: { method: 'GET', path: '/directory/user/{homonym}' },
        expected: nobody,
      },
    ],
  },
  {
    id: 'relate-before-deletion',
    says: 'A guardian is linked to a pupil who will be deleted and restored.',
    source: '§1.7',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/user/{pupil}/related/{relative}' },
    expected: noBody(200),
    effects: [user('pupil', fields({ parents: entry('{relative}') }))],
  },
  {
    id: 'delete-used',
    says: 'Who has come is kept with a date, and left out of the lists.',
    source: '§1.6, addendum',
    certainty: 'F',
    level: 'WRITING',
    request: del('?userId={pupil}'),
    expected: json(200, nothingIn),
    effects: [
      user('pupil', fields({ deleteDate: is('number') })),
      usersOfSchool(noEntry('{pupil}')),
      administrators(noEntry('{pupil}')),
    ],
  },
  {
    id: 'pre-deleted-in-list',
    says: 'The list of the school may show it, with the date and without a class.',
    source: '§1.1.b',
    certainty: 'I',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/structure/{structure}/users' },
    expected: json(200, {
      oneOf: [
        noEntry('{pupil}'),
        entry('{pupil}', fields({ deleteDate: is('number'), classes: { length: 0 } })),
      ],
    }),
  },
  {
    id: 'pre-deleted-key',
    says: 'Its externalId is taken.',
    source: '§0, §1.6',
    certainty: 'F',
    level: 'WRITING',
    request: {
      ...{ method: 'POST', path: '/directory/class/{class}/user' },
      json: {
        ...{ firstName: 'Prénom', lastName: 'Inventé', type: 'Student', birthDate: '2015-04-03' },
        externalId: 'CONTRAT-{run}-1',
      },
    },
    expected: refused('already exists.*externalId'),
  },
  {
    id: 'pre-deleted-link',
    says: 'It is linked to no class.',
    source: 'addendum',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/class/{class}/link/{pupil}' },
    expected: noBody(404),
  },
  {
    id: 'pre-deleted-relate',
    says: 'Nor to a guardian.',
    source: 'addendum',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/user/{pupil}/related/{relative}' },
    expected: refused('^user\\.not\\.found$', 404),
  },
  {
    id: 'pre-deleted-login',
    says: 'It does not log in.',
    source: '§1.6',
    certainty: 'I',
    level: 'WRITING',
    request: logIn(renewed),
    expected: refusedLogin(),
  },
  {
    id: 'restore',
    says: 'Restored, it is in its school and its class again, blocked as it was, without its family links.',
    source: '§1.6, row J',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'PUT', path: '/directory/restore/user?userId={pupil}' },
    expected: json(200, nothingIn),
    effects: [
      user('pupil', fields({ deleteDate: is('nothing'), login: matching('.') })),
      {
        request: { method: 'GET', path: '/directory/user/{pupil}' },
        expected: seen(
          json(200, fields({ parents: noEntry('{relative}') })),
          json(200, fields({ parents: entry('{relative}') })),
        ),
      },
      administrators(
        entry('{pupil}', fields({ allClasses: entry('{otherClass}'), blocked: equals(true) })),
      ),
    ],
  },
];

const clock = (days: number): CaseRequest => ({
  ...{ method: 'POST', path: '/__simulator/clock' },
  json: { advanceMs: days * 24 * 60 * 60_000 },
});

/** Time passes: of a simulator alone. */
export const purgeCases: readonly Case[] = [
  {
    id: 'purge-not-yet',
    says: 'For 90 days a pre-deleted user is kept.',
    source: '§4',
    certainty: 'F',
    level: 'SIMULATOR',
    request: del('?userId={pupil}'),
    expected: json(200, nothingIn),
    then: [clock(89)],
    effects: [user('pupil', fields({ deleteDate: is('number') }))],
  },
  {
    id: 'purge',
    says: 'Then it is gone, by the weekly cron.',
    source: '§4',
    certainty: 'F',
    level: 'SIMULATOR',
    given: [clock(9)],
    request: { method: 'GET', path: '/directory/user/{pupil}' },
    expected: nobody,
  },
];
