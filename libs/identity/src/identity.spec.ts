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
const sign = (claims: object, audience = 'urn:ent:membership', from = issuer, expires = '5m') =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject('u-1')
    .setIssuer(from)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(privateKey);

test('a token says who calls, for whom and with which roles', async () => {
  const token = await sign({ roles: ['member-orderer'], organisationId: 'org-1', markets: ['m'] });
  expect(await verifier.verify(token)).toEqual({
    userId: 'u-1',
    roles: ['member-orderer'],
    organisationId: 'org-1',
    uais: [],
    markets: ['m'],
  });
});

test.each([
  ['another audience', () => sign({}, 'urn:ent:billing')],
  ['another issuer', () => sign({}, undefined, 'http://elsewhere.example.org')],
  ['its end in the past', () => sign({}, undefined, undefined, '-1m')],
  ['an unknown role', () => sign({ roles: ['root'] })],
  ['no signature of ours', () => Promise.resolve('a.b.c')],
])('a token with %s is refused', async (_why, make) => {
  await expect(verifier.verify(await make())).rejects.toMatchObject({ name: 'Unauthenticated' });
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
