import type { Case, CaseRequest } from '../case.js';
import { entry, equals, fields, is, noEntry } from '../shape.js';
import { json, openedSession, refusedLogin, seen } from './answers.js';

const renewal = (users: readonly string[]): CaseRequest => ({
  ...{ method: 'POST', path: '/auth/massGeneratePasswordRenewalCode', json: { users } },
});
const reset = (resetCode: string, password: string): CaseRequest => ({
  ...{ method: 'POST', path: '/auth/reset', as: 'nobody' },
  form: { login: '{pupilLogin}', resetCode, password, confirmPassword: password },
});
const logIn = (password: string): CaseRequest => ({
  ...{ method: 'POST', path: '/auth/login', as: 'nobody' },
  form: { email: '{pupilLogin}', password },
});
/** What the pupil's password is from then on. */
export const renewed = 'un autre mot de passe inventé';

/** What a letter is made of, before anybody has come. */
export const codeCases: readonly Case[] = [
  {
    id: 'class-users',
    says: 'A class lists its people with login and activation code, and the relatives of its pupils.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/class/{class}/users?type=Student&type=Relative' },
    expected: json(
      200,
      entry(
        '{pupil}',
        fields({ login: equals('{pupilLogin}'), activationCode: is('activation code') }),
      ),
    ),
  },
  {
    id: 'class-users-profile',
    says: 'Of the profiles that are asked for alone.',
    source: '§1.2',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/class/{class}/users?type=Relative' },
    expected: json(200, noEntry('{pupil}')),
  },
  {
    id: 'user-code',
    says: 'A user alone tells its activation code, as long as it has one.',
    source: '§1.4',
    certainty: 'F',
    level: 'WRITING',
    request: { method: 'GET', path: '/directory/user/{pupil}' },
    expected: json(200, fields({ activationCode: is('activation code') })),
  },
];

/** Once the pupil has come in: the password is made anew, with a code of short life. */
export const renewalCases: readonly Case[] = [
  {
    id: 'renewal-code',
    says: 'A renewal code for each of several people, by their identifiers.',
    source: '§1.9',
    certainty: 'F',
    level: 'WRITING',
    request: renewal(['{pupil}']),
    expected: json(200, fields({ '{pupil}': fields({ code: is('text') }) })),
    remembers: { renewalCode: { take: '{pupil}.code' } },
  },
  {
    id: 'renewal-code-of-nobody',
    says: 'An unknown identifier gets a code too: the identifier must be read before.',
    source: 'row K',
    certainty: 'F',
    level: 'WRITING',
    request: renewal(['{nobody}']),
    expected: seen(
      json(200, fields({ '{nobody}': fields({ code: is('text') }) })),
      json(200, fields({ '{nobody}': is('nothing') })),
    ),
  },
  {
    id: 'login-with-renewal-code',
    says: 'Whoever logs in with the renewal code is sent to the page of a new password, and is not in.',
    source: '§2.1',
    certainty: 'F',
    level: 'WRITING',
    request: logIn('{renewalCode}'),
    expected: {
      ...{ status: 302, type: 'ANY', noCookie: 'oneSessionId' },
      headers: { location: '/auth/reset/{renewalCode}\\?login={pupilLogin}$' },
    },
    effects: [
      {
        request: {
          ...{ method: 'GET', path: '/auth/reset/{renewalCode}?login={pupilLogin}', as: 'nobody' },
        },
        expected: { status: 200, type: 'HTML' },
      },
    ],
  },
  {
    id: 'reset-wrong-code',
    says: 'A wrong code changes nothing: nobody comes in by that password.',
    source: '§1.9',
    certainty: 'F',
    level: 'WRITING',
    request: reset('wrong', renewed),
    expected: { status: 200, type: 'ANY' },
    effects: [{ request: logIn(renewed), expected: refusedLogin() }],
  },
  {
    id: 'reset',
    says: 'With the code the password is the new one.',
    source: '§1.9',
    certainty: 'F',
    level: 'WRITING',
    request: reset('{renewalCode}', renewed),
    expected: { status: 302, type: 'ANY' },
    effects: [{ request: logIn(renewed), expected: openedSession }],
  },
  {
    id: 'renewal-code-once',
    says: 'It is worth something once.',
    source: '§1.9',
    certainty: 'I',
    level: 'WRITING',
    request: logIn('{renewalCode}'),
    expected: refusedLogin(),
  },
];
