import { jest } from '@jest/globals';
import { exportJWK, generateKeyPair, createLocalJWKSet, SignJWT } from 'jose';
import { callerOf } from '#libs/testing';
import {
  admitted,
  marketsOf,
  mayIn,
  NotAllowed,
  organisationSeen,
  requireVisible,
  NotVisible,
  requireMarket,
  requireOrganisation,
  requireSchool,
  TokenVerifier,
} from './index.js';
import type { Caller } from './index.js';

const issuer = 'http://127.0.0.1:4201';
const { privateKey, publicKey } = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
const verifier = new TokenVerifier(issuer, 'urn:ent:membership', keys);
const now = Math.floor(Date.now() / 1_000);
const everywhere = (role: string) => [{ role, market: '*' }];
/** A token that holds, with other claims, or without those that are undefined. */
const sign = (claims: object = {}, header: object = {}, key = privateKey) =>
  new SignJWT({
    ...{ iss: issuer, aud: 'urn:ent:membership', sub: 'u-1', client_id: 'console' },
    ...{ iat: now, exp: now + 300, ...claims },
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
    .sign(key);

const orderer = [{ role: 'member-orderer', market: 'm' }];

test('a token says who calls, for whom and with which roles', async () => {
  const token = await sign({ grants: orderer, organisationId: 'org-1' });
  expect(await verifier.verify(token)).toEqual({
    userId: 'u-1',
    carrier: 'console',
    grants: orderer,
    organisationId: 'org-1',
    uais: [],
  });
});

test.each<[string, string, () => string | Promise<string>]>([
  ['for another service', 'unexpected "aud" claim value', () => sign({ aud: 'urn:ent:billing' })],
  [
    'for this service and another',
    'claims: aud',
    () => sign({ aud: ['urn:ent:membership', 'urn:ent:billing'] }),
  ],
  ['for nobody', 'missing required "aud" claim', () => sign({ aud: undefined })],
  [
    'of another issuer',
    'unexpected "iss" claim value',
    () => sign({ iss: 'http://elsewhere.example.org' }),
  ],
  ['that has ended', '"exp" claim timestamp check failed', () => sign({ exp: now - 60 })],
  ['without an end', 'missing required "exp" claim', () => sign({ exp: undefined })],
  ['without a beginning', 'missing required "iat" claim', () => sign({ iat: undefined })],
  [
    'of tomorrow',
    '"iat" claim timestamp check failed (it should be in the past)',
    () => sign({ iat: now + 86_400, exp: now + 86_700 }),
  ],
  [
    'that would hold for a year',
    '"iat" claim timestamp check failed (too far in the past)',
    () => sign({ iat: now - 86_400, exp: now + 31_536_000 }),
  ],
  [
    'of another kind: who is logged in, not what may be called',
    'unexpected "typ" JWT header value',
    () => sign({}, { typ: 'JWT' }),
  ],
  ['that ends a login', 'unexpected "typ" JWT header value', () => sign({}, { typ: 'logout+jwt' })],
  ['of no kind', 'unexpected "typ" JWT header value', () => sign({}, { typ: undefined })],
  ['of no client', 'claims: client_id', () => sign({ client_id: undefined })],
  ['of nobody', 'claims: sub', () => sign({ sub: '' })],
  ['in which nobody acts', 'claims: act,sub', () => sign({ act: { sub: '' } })],
  [
    'of a person whose directory calls him a service',
    'a process role of whoever is no client',
    () => sign({ sub: 'billing', grants: everywhere('service') }),
  ],
  [
    'of a person whose directory calls him the player',
    'a process role of whoever is no client',
    () => sign({ grants: [...orderer, ...everywhere('player')] }),
  ],
  [
    'with an unknown role',
    'claims: grants,0,role',
    () => sign({ grants: [{ role: 'root', market: 'm' }] }),
  ],
  [
    'of a person with a right in every market',
    'claims: grants,0',
    () => sign({ grants: everywhere('coordinator') }),
  ],
  [
    'of a process with a right in one market',
    'claims: grants,0',
    () => sign({ sub: 'console', grants: [{ role: 'service', market: 'm' }] }),
  ],
  ['that is none', 'Invalid Compact JWS', () => 'a.b'],
  [
    'that somebody else signed',
    'signature verification failed',
    async () => sign({}, {}, (await generateKeyPair('ES256')).privateKey),
  ],
  [
    'that nobody signed',
    '"alg" (Algorithm) Header Parameter value not allowed',
    async () => {
      const [, claims] = (await sign()).split('.');
      const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
      return `${header}.${claims}.`;
    },
  ],
])('a token %s is refused: %s', async (_which, message, forge) => {
  const forged = verifier.verify(await forge());
  await expect(forged).rejects.toMatchObject({ name: 'Unauthenticated', message });
});

test('who acts in a person’s name is told, and has no rights of its own', async () => {
  const token = await sign({ grants: orderer, client_id: 'player', act: { sub: 'operator-1' } });
  expect(await verifier.verify(token)).toMatchObject({
    ...{ userId: 'u-1', carrier: 'operator-1', grants: orderer },
  });
});

test('a client is a process in its own name', async () => {
  const grants = everywhere('service');
  const token = await sign({ sub: 'billing', client_id: 'billing', grants });
  expect(await verifier.verify(token)).toMatchObject({ userId: 'billing', grants });
});

test('a token is verified once and remembered until it ends, never beyond', async () => {
  let asked = 0;
  const counting = new TokenVerifier(issuer, 'urn:ent:membership', (...header) => {
    asked += 1;
    return keys(...header);
  });
  const token = await sign({ grants: orderer });
  const [first, again] = [await counting.verify(token), await counting.verify(token)];
  expect([asked, again]).toEqual([1, first]);
  // The same token with another ending is another token.
  const forged = `${token.slice(0, -4)}AAAA`;
  await expect(counting.verify(forged)).rejects.toMatchObject({ name: 'Unauthenticated' });
  jest.useFakeTimers({ now: Date.now() + 6 * 60_000 });
  try {
    await expect(counting.verify(token)).rejects.toMatchObject({ name: 'Unauthenticated' });
  } finally {
    jest.useRealTimers();
  }
});

test('a token is remembered for an hour at most, however late it says that it ends', async () => {
  const remembering = new TokenVerifier(issuer, 'urn:ent:membership', keys);
  const token = await sign({ exp: now + 31_536_000 });
  expect(await remembering.verify(token)).toMatchObject({ userId: 'u-1' });
  jest.useFakeTimers({ now: Date.now() + 61 * 60_000 });
  try {
    await expect(remembering.verify(token)).rejects.toMatchObject({ name: 'Unauthenticated' });
  } finally {
    jest.useRealTimers();
  }
});

test('SUP-3: to a member another member does not exist, and the coordinator sees all', () => {
  const member = callerOf({ roles: ['member-finance'], organisationId: 'org-1', markets: ['a'] });
  const coordinator = callerOf({ roles: ['coordinator'], markets: ['a'] });
  expect(() => requireOrganisation(member, 'a', 'org-1')).not.toThrow();
  expect(() => requireOrganisation(member, 'a', 'org-2')).toThrow(NotVisible);
  expect(() => requireOrganisation(coordinator, 'a', 'org-2')).not.toThrow();
  const nobodys = callerOf({ roles: ['member-reader'], markets: ['a'] });
  expect(() => requireOrganisation(nobodys, 'a', '')).toThrow(NotVisible);
});

test('through an operator’s commands nobody hides behind another: the carrier is the commands', async () => {
  const admin = [{ role: 'admin', market: 'm' }];
  const token = await sign({ client_id: 'ent', act: { sub: 'console' }, grants: admin });
  expect(await verifier.verify(token)).toMatchObject({ carrier: 'ent', grants: admin });
});

test.each(['ent', 'ent-script'])(
  'through %s whoever is more than an administrator is an administrator alone',
  async (client_id) => {
    const admin = { role: 'admin', market: 'm' };
    const token = await sign({
      ...{ client_id, organisationId: 'org-1', uai: ['0440290B'] },
      grants: [...orderer, admin, { role: 'coordinator', market: 'm' }],
    });
    expect(await verifier.verify(token)).toEqual({
      ...{ userId: 'u-1', carrier: client_id, grants: [admin], uais: [] },
    });
  },
);

test('the administrator of the platform is the one person with a right in every market', async () => {
  const token = await sign({ client_id: 'ent', grants: everywhere('admin') });
  const caller = await verifier.verify(token);
  expect([caller.grants, marketsOf(caller)]).toEqual([everywhere('admin'), undefined]);
});

test('SUP-3: who coordinates one market and reads in another coordinates the one only', () => {
  const both: Caller = {
    ...callerOf({ organisationId: 'org-1' }),
    grants: [
      { role: 'coordinator', market: 'a' },
      { role: 'member-reader', market: 'b' },
    ],
  };
  expect([mayIn(both, 'a', 'coordinator'), mayIn(both, 'b', 'coordinator')]).toEqual([true, false]);
  expect([mayIn(both, 'a', 'member-reader'), mayIn(both, 'b', 'member-reader')]).toEqual([
    ...[false, true],
  ]);
  expect([marketsOf(both, 'coordinator'), marketsOf(both)]).toEqual([['a'], ['a', 'b']]);
  // Another member's: everything in a, nothing in b; over both, nothing but its own.
  const theirs = (marketCode: string) => () =>
    requireVisible(both, { organisationId: 'org-2', marketCode });
  expect(theirs('a')).not.toThrow();
  expect(theirs('b')).toThrow(NotVisible);
  expect(theirs('c')).toThrow(NotVisible);
  expect(['a', 'b', ''].map((market) => organisationSeen(both, market))).toEqual([
    ...['', 'org-1', 'org-1'],
  ]);
  expect(organisationSeen(callerOf({ roles: ['service'] }), '')).toBe('');
  expect(() => organisationSeen(callerOf({ roles: ['coordinator'], markets: [] }), '')).toThrow(
    NotVisible,
  );
});

test('what lets nobody in helps nobody further: a method sees the rights that it asks for, and no others', () => {
  const both: Caller = {
    ...callerOf({ organisationId: 'org-1' }),
    grants: [
      { role: 'coordinator', market: 'a' },
      { role: 'member-reader', market: 'b' },
    ],
  };
  const access = {
    also: [],
    callers: ['billing'],
    isPublic: false,
    deadlineMs: 1,
    freshLoginMs: 0,
    operator: undefined,
  };
  const coordinating = admitted(both, { ...access, roles: ['coordinator'] });
  expect(coordinating.grants).toEqual([{ role: 'coordinator', market: 'a' }]);
  expect(() => requireMarket(coordinating, 'a')).not.toThrow();
  expect(() => requireMarket(coordinating, 'b')).toThrow(NotVisible);
  expect(() => admitted(both, { ...access, roles: ['dpo'] })).toThrow(NotAllowed);
  expect(() => admitted(both, undefined)).toThrow(NotAllowed);
});

test('SUP-3: a school sees its own people, a member none, and rights end with the market', () => {
  const head = callerOf({ roles: ['school'], uais: ['0440290B'], markets: ['a'] });
  expect(() => requireSchool(head, '0440290B')).not.toThrow();
  expect(() => requireSchool(head, '0440358A')).toThrow(NotVisible);
  expect(() =>
    requireSchool(callerOf({ roles: ['member-reader', 'coordinator'] }), '0440290B'),
  ).toThrow(NotVisible);
  expect(() => requireMarket(head, 'b')).toThrow(NotVisible);
});
