import { jest } from '@jest/globals';
import { exportJWK, generateKeyPair, createLocalJWKSet, SignJWT } from 'jose';
import {
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
/** A token that holds, with other claims, or without those that are undefined. */
const sign = (claims: object = {}, header: object = {}, key = privateKey) =>
  new SignJWT({
    ...{ iss: issuer, aud: 'urn:ent:membership', sub: 'u-1', client_id: 'console' },
    ...{ iat: now, exp: now + 300, ...claims },
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
    .sign(key);

test('a token says who calls, for whom and with which roles', async () => {
  const token = await sign({ roles: ['member-orderer'], organisationId: 'org-1', markets: ['m'] });
  expect(await verifier.verify(token)).toEqual({
    userId: 'u-1',
    carrier: 'console',
    roles: ['member-orderer'],
    organisationId: 'org-1',
    uais: [],
    markets: ['m'],
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
  ['of no kind', 'unexpected "typ" JWT header value', () => sign({}, { typ: undefined })],
  ['of no client', 'claims: client_id', () => sign({ client_id: undefined })],
  ['of nobody', 'claims: sub', () => sign({ sub: '' })],
  ['in which nobody acts', 'claims: act,sub', () => sign({ act: { sub: '' } })],
  [
    'of a person whose directory calls him a service',
    'a process role of whoever is no client',
    () => sign({ sub: 'billing', roles: ['service'] }),
  ],
  [
    'of a person whose directory calls him the player',
    'a process role of whoever is no client',
    () => sign({ roles: ['coordinator', 'player'] }),
  ],
  ['with an unknown role', 'claims: roles,0', () => sign({ roles: ['root'] })],
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
  const token = await sign({ roles: ['dpo'], client_id: 'player', act: { sub: 'operator-1' } });
  expect(await verifier.verify(token)).toMatchObject({
    ...{ userId: 'u-1', carrier: 'operator-1', roles: ['dpo'] },
  });
});

test('a client is a process in its own name', async () => {
  const token = await sign({ sub: 'billing', client_id: 'billing', roles: ['service'] });
  expect(await verifier.verify(token)).toMatchObject({ userId: 'billing', roles: ['service'] });
});

test('a token is verified once and remembered until it ends, never beyond', async () => {
  let asked = 0;
  const counting = new TokenVerifier(issuer, 'urn:ent:membership', (...header) => {
    asked += 1;
    return keys(...header);
  });
  const token = await sign({ roles: ['coordinator'] });
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

const caller = (over: Partial<Caller>): Caller => ({
  userId: 'u',
  roles: [],
  uais: [],
  markets: [],
  ...over,
});

test('through an operator’s commands nobody hides behind another: the carrier is the commands', async () => {
  const token = await sign({ client_id: 'ent', act: { sub: 'console' }, roles: ['admin'] });
  expect(await verifier.verify(token)).toMatchObject({ carrier: 'ent', roles: ['admin'] });
});

test('SUP-3: to a member another member does not exist, and the coordinator sees all', () => {
  const member = caller({ roles: ['member-finance'], organisationId: 'org-1' });
  expect(() => requireOrganisation(member, 'org-1')).not.toThrow();
  expect(() => requireOrganisation(member, 'org-2')).toThrow(NotVisible);
  expect(() => requireOrganisation(caller({ roles: ['coordinator'] }), 'org-2')).not.toThrow();
  expect(() => requireOrganisation(caller({ roles: ['member-reader'] }), '')).toThrow(NotVisible);
});

test('SUP-3: a school sees its own people, a member none, and rights end with the market', () => {
  const head = caller({ roles: ['school'], uais: ['0440290B'], markets: ['a'] });
  expect(() => requireSchool(head, '0440290B')).not.toThrow();
  expect(() => requireSchool(head, '0440358A')).toThrow(NotVisible);
  expect(() =>
    requireSchool(caller({ roles: ['member-reader', 'coordinator'] }), '0440290B'),
  ).toThrow(NotVisible);
  expect(() => requireMarket(head, 'b')).toThrow(NotVisible);
});
