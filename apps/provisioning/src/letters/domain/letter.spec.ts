import { type Addressee, judge } from './letter.js';

const to: Addressee = {
  ...{
    accountId: 'a',
    personId: 'p',
    profile: 'STUDENT',
    state: 'PROVISIONED',
    firstName: 'Zoé',
    lastName: 'Le Goff',
  },
  ...{ children: [], wayIn: 'LOCAL', wayInGap: '', entId: 'e', marketCode: 'm' },
};
const seen = { login: 'zoe.legoff', activationCode: 'k7bpx3mn' };
const used = { ...seen, activationCode: undefined };
const [first, again] = [{ renewals: false }, { renewals: true }];

test.each([
  ['never in: the code that the ENT has', to, seen, first, 'ACTIVATION_CODE'],
  ['never in, printed alone: the same code', to, seen, again, 'ACTIVATION_CODE'],
  ['in since, though our books do not know it yet: no code for a class', to, used, first, 'NONE'],
  [
    'in: a renewal where it is asked for',
    { ...to, state: 'ACTIVATED' },
    used,
    again,
    'NEEDS_RENEWAL',
  ],
  [
    'kept out by a second user: no code that would be refused',
    to,
    { ...seen, isKeptOut: true },
    again,
    'NONE',
  ],
  [
    'kept out, and in already: a renewal',
    { ...to, state: 'ACTIVATED' },
    { ...used, isKeptOut: true },
    again,
    'NEEDS_RENEWAL',
  ],
  ['ÉduConnect: no code', { ...to, wayIn: 'EDUCONNECT' }, seen, first, 'WAY_IN'],
  ['the academy: no code', { ...to, wayIn: 'ACADEMIC_SSO' }, seen, again, 'WAY_IN'],
  [
    'federated and in: nothing to say to a class',
    { ...to, wayIn: 'EDUCONNECT', state: 'ACTIVATED' },
    used,
    first,
    'NONE',
  ],
  [
    'federated, and found by nobody',
    { ...to, wayIn: 'EDUCONNECT', wayInGap: 'KEY_LATE' },
    seen,
    first,
    'NONE',
  ],
  ['not seen in the ENT', to, undefined, again, 'NONE'],
  ...['SUSPENDED', 'CLOSING', 'DELETED', 'WAITING_SEAT', 'PROVISIONING', 'FAILED', 'REQUESTED'].map(
    (state) => [`${state}: none, said so`, { ...to, state }, seen, again, 'NONE'] as const,
  ),
] as const)('AUT-1: %s', (_, addressee, told, asked, expected) => {
  const verdict = judge(addressee, told, asked);
  expect(verdict.is === 'LETTER' ? verdict.letter.kind : verdict.is).toBe(expected);
  if (verdict.is === 'NONE') expect(verdict.because).toMatch(/\.$/);
});

test('AUT-1: a federated way in carries neither login nor code', () => {
  const verdict = judge({ ...to, wayIn: 'EDUCONNECT' }, seen, again);
  expect(JSON.stringify(verdict)).not.toMatch(/k7bpx3mn|zoe\.legoff/);
});
